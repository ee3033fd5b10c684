// SPDX-License-Identifier: Apache-2.0
#include "transport/rtmp/message_stream.h"

#include <algorithm>
#include <utility>

#include "core/base/byte_reader.h"
#include "core/base/byte_writer.h"

namespace onair::rtmp {
namespace {

// A tiny window must not make this side answer every byte. Source: ours; 16 bytes of answer
// per 2048 received.
constexpr std::uint64_t kMinAcknowledgeEvery = 2048;

constexpr std::uint8_t kLimitDynamic = 2;  // Section 5.4.5.

tl::unexpected<Error> TooShort() {
  return Fail(ErrorCode::kRtmpProtocol, "a control message is too short");
}

}  // namespace

MessageStream::MessageStream(std::uint64_t received_bytes)
    : received_(received_bytes), acknowledge_at_(received_bytes + acknowledge_every_) {}

Result<std::optional<Message>> MessageStream::Next(ByteView& in) {
  for (;;) {
    const auto room = std::min<std::uint64_t>(in.size(), acknowledge_at_ - received_);
    ByteView part = in.first(static_cast<std::size_t>(room));
    auto message = reader_.Next(part);
    const std::size_t taken = static_cast<std::size_t>(room) - part.size();
    in = in.subspan(taken);
    received_ += taken;
    if (received_ == acknowledge_at_) {
      // Section 5.4.3: "the number of bytes received so far", in 32 bits.
      ByteWriter body;
      body.U32(static_cast<std::uint32_t>(received_));
      SendControl(MessageType::kAcknowledgement, body.view());
      acknowledge_at_ += acknowledge_every_;
    }
    if (!message) return message;
    if (*message) {
      const Result<bool> is_handled = HandleControl(**message);
      if (!is_handled) return Forward(is_handled);
      if (!*is_handled) return message;
    } else if (in.empty()) {
      return message;
    }
  }
}

// Whether the message was this layer's own.
Result<bool> MessageStream::HandleControl(const Message& message) {
  ByteReader in(message.payload.view());
  switch (static_cast<MessageType>(message.type)) {
    case MessageType::kSetChunkSize:
    case MessageType::kAbort:
      return true;  // The reader has obeyed.
    case MessageType::kAcknowledgement: {
      const std::uint32_t low = in.U32();
      if (!in.ok()) return TooShort();
      acknowledged_ += low - static_cast<std::uint32_t>(acknowledged_);
      return true;
    }
    case MessageType::kWindowAckSize: {
      const std::uint32_t window = in.U32();
      if (!in.ok()) return TooShort();
      SetWindow(window);
      return true;
    }
    case MessageType::kSetPeerBandwidth: {
      const std::uint32_t window = in.U32();
      if (!in.ok()) return TooShort();
      // Section 5.4.5: "should respond with a Window Acknowledgement Size message if the window
      // size is different from the last one sent".
      if (window != announced_window_) SendWindowAckSize(window);
      return true;
    }
    case MessageType::kUserControl: {
      bool is_handled = false;
      if (auto status = HandleUserControl(message, is_handled); !status) return Forward(status);
      return is_handled;
    }
    case MessageType::kAudio:
    case MessageType::kVideo:
    case MessageType::kDataAmf3:
    case MessageType::kCommandAmf3:
    case MessageType::kDataAmf0:
    case MessageType::kCommandAmf0:
    case MessageType::kAggregate:
      return false;
  }
  return true;  // A type this room does not know: shared objects and the like.
}

Status MessageStream::HandleUserControl(const Message& message, bool& is_handled) {
  ByteReader in(message.payload.view());
  const auto event = static_cast<UserEvent>(in.U16());
  if (!in.ok()) return TooShort();
  is_handled = event == UserEvent::kPingRequest;
  if (!is_handled) return {};
  const std::uint32_t time = in.U32();
  if (!in.ok()) return TooShort();
  SendUserEvent(UserEvent::kPingResponse, time);
  return {};
}

// Acknowledges twice per window, so that a peer that stops at its end never waits, at whole
// multiples, so that it does not matter when the new window was seen.
void MessageStream::SetWindow(std::uint32_t window_bytes) {
  acknowledge_every_ = std::max<std::uint64_t>(window_bytes / 2, kMinAcknowledgeEvery);
  acknowledge_at_ = (received_ / acknowledge_every_ + 1) * acknowledge_every_;
}

void MessageStream::SendChunkSize(std::uint32_t bytes) {
  ByteWriter body;
  body.U32(bytes);
  SendControl(MessageType::kSetChunkSize, body.view());
  writer_.set_chunk_size(bytes);
}

void MessageStream::SendWindowAckSize(std::uint32_t bytes) {
  ByteWriter body;
  body.U32(bytes);
  SendControl(MessageType::kWindowAckSize, body.view());
  announced_window_ = bytes;
}

void MessageStream::SendPeerBandwidth(std::uint32_t bytes) {
  ByteWriter body;
  body.U32(bytes).U8(kLimitDynamic);
  SendControl(MessageType::kSetPeerBandwidth, body.view());
}

void MessageStream::SendUserEvent(UserEvent event, std::uint32_t value) {
  ByteWriter body;
  body.U16(static_cast<std::uint16_t>(event)).U32(value);
  SendControl(MessageType::kUserControl, body.view());
}

void MessageStream::SendBufferLength(std::uint32_t stream_id, std::uint32_t length_ms) {
  ByteWriter body;
  body.U16(static_cast<std::uint16_t>(UserEvent::kSetBufferLength)).U32(stream_id).U32(length_ms);
  SendControl(MessageType::kUserControl, body.view());
}

void MessageStream::SendCommand(const Lane& lane, ByteView body) {
  Send(lane, MessageType::kCommandAmf0, 0, {}, body);
}

void MessageStream::Send(const Lane& lane, MessageType type, std::uint32_t timestamp_ms,
                         ByteView head, ByteView body) {
  writer_.Write(lane, type, timestamp_ms, head, body, outbox_);
}

void MessageStream::SendControl(MessageType type, ByteView body) {
  Send({kControlLane, 0}, type, 0, {}, body);
}

}  // namespace onair::rtmp
