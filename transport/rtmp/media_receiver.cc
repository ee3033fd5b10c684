// SPDX-License-Identifier: Apache-2.0
#include "transport/rtmp/media_receiver.h"

#include <optional>
#include <utility>

#include "core/base/byte_reader.h"

namespace onair::rtmp {

Status MediaReceiver::Handle(const Message& message, Timestamp now,
                             std::vector<flv::StreamReader::Event>& events) {
  if (message.type == static_cast<std::uint8_t>(MessageType::kAggregate)) {
    return HandleAggregate(message, now, events);
  }
  return HandlePart({message.type, message.timestamp_ms, message.payload}, now, events);
}

Status MediaReceiver::HandlePart(const Part& part, Timestamp now,
                                 std::vector<flv::StreamReader::Event>& events) {
  flv::StreamReader::Answer answer = std::optional<flv::StreamReader::Event>();
  switch (static_cast<MessageType>(part.type)) {
    case MessageType::kVideo:
      answer = reader_.HandleVideo(part.body, part.timestamp_ms, now);
      break;
    case MessageType::kAudio:
      answer = reader_.HandleAudio(part.body, part.timestamp_ms, now);
      break;
    case MessageType::kDataAmf0:
      answer = reader_.HandleScript(part.body.view());
      break;
    case MessageType::kDataAmf3:  // One zero byte and then AMF0.
      if (!part.body.empty()) answer = reader_.HandleScript(part.body.view().subspan(1));
      break;
    default:
      break;  // Not media.
  }
  if (!answer) return Forward(answer);
  if (*answer) events.push_back(std::move(**answer));
  return {};
}

// Section 7.1.6: FLV tags. Their times count from the first one's, which stands for the
// message's own.
//   |type 8|size 24|timestamp 24|timestamp high 8|stream id 24| body |size of all 32|, ...
Status MediaReceiver::HandleAggregate(const Message& message, Timestamp now,
                                      std::vector<flv::StreamReader::Event>& events) {
  ByteReader in(message.payload.view());
  std::optional<std::uint32_t> first_ms;
  while (in.remaining() > 0) {
    Part part{in.U8(), 0, {}};
    const std::size_t size = in.U24();
    std::uint32_t tag_ms = in.U24();
    tag_ms |= static_cast<std::uint32_t>(in.U8()) << 24;
    in.Skip(3);
    const std::size_t at = in.position();
    in.Skip(size);
    if (!in.ok()) return Fail(ErrorCode::kRtmpProtocol, "an aggregate message is cut off");
    // The last size field is missing in the messages of some servers.
    if (in.remaining() > 0) in.Skip(4);
    if (!first_ms) first_ms = tag_ms;
    part.timestamp_ms = message.timestamp_ms + (tag_ms - *first_ms);
    part.body = message.payload.Slice(at, size);
    if (auto status = HandlePart(part, now, events); !status) return status;
  }
  return {};
}

}  // namespace onair::rtmp
