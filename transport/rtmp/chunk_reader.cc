// SPDX-License-Identifier: Apache-2.0
#include "transport/rtmp/chunk_reader.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/base/byte_reader.h"

namespace onair::rtmp {
namespace {

constexpr std::uint32_t kExtendedMark = 0xffffff;
constexpr std::size_t kExtendedSize = 4;
constexpr std::uint8_t kSameAll = 3;
// Bytes of the message header by format.
constexpr std::size_t kMessageHeader[] = {11, 7, 3, 0};
// Memory grows with the bytes that come, not with the length a header claims.
constexpr std::size_t kReserve = 128 * 1024;

tl::unexpected<Error> Broken(std::string detail) {
  return Fail(ErrorCode::kRtmpProtocol, std::move(detail));
}

// Whether the bytes so far could be the beginning of `value` in big endian.
bool MayBe(ByteView begin, std::uint32_t value) {
  for (std::size_t i = 0; i < begin.size(); ++i) {
    if (begin[i] != static_cast<std::uint8_t>(value >> (24 - 8 * i))) return false;
  }
  return true;
}

}  // namespace

Result<std::optional<Message>> ChunkReader::Next(ByteView& in) {
  while (!broken_) {
    if (current_ != nullptr) {
      auto message = Continue(in);
      if (!message) broken_ = message.error();
      if (!message || *message || current_ != nullptr) return message;
      continue;
    }
    const Result<bool> begun = BeginChunk();
    if (!begun) {
      broken_ = begun.error();
    } else if (!*begun) {
      if (in.empty()) return std::optional<Message>();
      head_.push_back(in.front());
      in = in.subspan(1);
    }
  }
  return Fail(*broken_);
}

std::optional<ChunkReader::Header> ChunkReader::ParseHeader() const {
  if (head_.empty()) return std::nullopt;
  Header header;
  header.format = head_[0] >> 6;
  const std::uint32_t low = head_[0] & 0x3f;
  header.basic_size = low == 0 ? 2 : low == 1 ? 3 : 1;
  header.fixed_size = header.basic_size + kMessageHeader[header.format];
  if (head_.size() < header.fixed_size) return std::nullopt;
  header.chunk_stream_id = low;
  if (low == 0) header.chunk_stream_id = 64U + head_[1];
  if (low == 1)
    header.chunk_stream_id = 64U + head_[1] + (static_cast<std::uint32_t>(head_[2]) << 8);
  return header;
}

// True when head_ held a whole header; its stream is current_ then. Bytes of head_ beyond the
// header stay there: they are payload.
Result<bool> ChunkReader::BeginChunk() {
  const std::optional<Header> header = ParseHeader();
  if (!header) return false;
  const auto found = streams_.find(header->chunk_stream_id);
  if (found == streams_.end()) {
    // Type 1 is accepted: librtmp opens the control stream with it for its ping.
    if (header->format >= 2) {
      return Broken("chunk stream " + std::to_string(header->chunk_stream_id) +
                    " begins with a header of type " + std::to_string(header->format));
    }
    if (streams_.size() >= kMaxChunkStreams) return Broken("too many chunk streams");
  }
  ChunkStream fresh;
  ChunkStream& stream = found == streams_.end() ? fresh : found->second;
  const std::optional<std::size_t> extended = ExtendedSize(*header, stream);
  if (!extended) return false;
  if (auto applied = ApplyHeader(*header, stream); !applied) return Forward(applied);
  head_.erase(head_.begin(),
              head_.begin() + static_cast<std::ptrdiff_t>(header->fixed_size + *extended));
  current_ = found == streams_.end()
                 ? &streams_.emplace(header->chunk_stream_id, std::move(fresh)).first->second
                 : &stream;
  chunk_left_ = std::min<std::size_t>(current_->length - current_->payload.size(), chunk_size_);
  return true;
}

// 0 or 4; empty while that takes more bytes to know or to have.
std::optional<std::size_t> ChunkReader::ExtendedSize(const Header& header,
                                                     const ChunkStream& stream) const {
  const ByteView rest = ByteView(head_).subspan(header.fixed_size);
  if (header.format != kSameAll) {
    ByteReader in(ByteView(head_).subspan(header.basic_size));
    if (in.U24() != kExtendedMark) return 0;
  } else {
    if (!stream.has_extended) return 0;
    // Some senders leave the field out of continuation chunks. What stands there is then
    // payload, so anything but the expected time, the message's or the header's, is payload.
    const bool may_be_time = MayBe(rest, stream.field_ms) || MayBe(rest, stream.timestamp_ms) ||
                             MayBe(rest, stream.timestamp_ms & 0x7fffffff);
    if (stream.is_started && !may_be_time) return 0;
  }
  if (rest.size() < kExtendedSize) return std::nullopt;
  return kExtendedSize;
}

Status ChunkReader::ApplyHeader(const Header& header, ChunkStream& stream) {
  if (header.format == kSameAll && stream.is_started) return {};
  if (stream.is_started) return Broken("a new message before the last one was complete");
  ByteReader in(ByteView(head_).subspan(header.basic_size));
  if (header.format != kSameAll) {
    stream.field_ms = in.U24();
    stream.has_extended = stream.field_ms == kExtendedMark;
  }
  if (header.format <= 1) {
    stream.length = in.U24();
    stream.type = in.U8();
  }
  if (header.format == 0) stream.stream_id = in.U32Little();
  if (stream.has_extended) stream.field_ms = in.U32();
  // Section 5.3.1.2.4: "If a Type 3 chunk follows a Type 0 chunk, then the timestamp delta for
  // this Type 3 chunk is the same as the timestamp of the Type 0 chunk."
  stream.timestamp_ms =
      header.format == 0 ? stream.field_ms : stream.timestamp_ms + stream.field_ms;
  if (stream.length > limits_.message) {
    return Broken("a message of " + std::to_string(stream.length) + " bytes");
  }
  stream.is_started = true;
  stream.payload.reserve(std::min<std::size_t>(stream.length, kReserve));
  return {};
}

Result<std::optional<Message>> ChunkReader::Continue(ByteView& in) {
  ChunkStream& stream = *current_;
  const auto take = [&](ByteView from) {
    const std::size_t count = std::min(from.size(), chunk_left_);
    stream.payload.insert(stream.payload.end(), from.begin(),
                          from.begin() + static_cast<std::ptrdiff_t>(count));
    chunk_left_ -= count;
    pending_ += count;
    return count;
  };
  // Bytes read ahead while looking for an extended timestamp come first.
  head_.erase(head_.begin(), head_.begin() + static_cast<std::ptrdiff_t>(take(head_)));
  if (head_.empty()) in = in.subspan(take(in));
  if (pending_ > limits_.pending) return Broken("too many unfinished messages");
  if (chunk_left_ > 0) return std::optional<Message>();
  current_ = nullptr;
  if (stream.payload.size() < stream.length) return std::optional<Message>();
  return Finish(stream);
}

Result<std::optional<Message>> ChunkReader::Finish(ChunkStream& stream) {
  pending_ -= stream.payload.size();
  stream.is_started = false;
  Message message{stream.type, stream.stream_id, stream.timestamp_ms,
                  Buffer::Own(std::exchange(stream.payload, {}))};
  if (auto status = Obey(message); !status) return Forward(status);
  return std::optional<Message>(std::move(message));
}

// Section 5.4: both change how the very next bytes are read.
Status ChunkReader::Obey(const Message& message) {
  ByteReader in(message.payload.view());
  if (message.type == static_cast<std::uint8_t>(MessageType::kSetChunkSize)) {
    const std::uint32_t size = in.U32();
    if (!in.ok() || size == 0 || size > 0x7fffffff) return Broken("a chunk size out of range");
    chunk_size_ = std::min<std::uint32_t>(size, kMaxMessage);
  }
  if (message.type == static_cast<std::uint8_t>(MessageType::kAbort)) {
    const auto found = streams_.find(in.U32());
    if (!in.ok() || found == streams_.end()) return {};
    pending_ -= found->second.payload.size();
    found->second.payload = {};
    found->second.is_started = false;
  }
  return {};
}

}  // namespace onair::rtmp
