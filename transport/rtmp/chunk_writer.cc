// SPDX-License-Identifier: Apache-2.0
#include "transport/rtmp/chunk_writer.h"

#include <algorithm>

#include "core/base/check.h"

namespace onair::rtmp {
namespace {

constexpr std::uint32_t kExtendedMark = 0xffffff;
constexpr std::uint8_t kFull = 0;
constexpr std::uint8_t kSameStream = 1;
constexpr std::uint8_t kSameShape = 2;
constexpr std::uint8_t kSameAll = 3;

void PushBig(Bytes& out, std::uint32_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

void PushLittle32(Bytes& out, std::uint32_t value) {
  for (int i = 0; i < 4; ++i) out.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

// Section 5.3.1.1.
void PushBasic(Bytes& out, std::uint8_t format, std::uint32_t csid) {
  const auto top = static_cast<std::uint8_t>(format << 6);
  if (csid < 64) {
    out.push_back(static_cast<std::uint8_t>(top | csid));
  } else if (csid < 320) {
    out.push_back(top);
    out.push_back(static_cast<std::uint8_t>(csid - 64));
  } else {
    out.push_back(static_cast<std::uint8_t>(top | 1));
    out.push_back(static_cast<std::uint8_t>((csid - 64) & 0xff));
    out.push_back(static_cast<std::uint8_t>((csid - 64) >> 8));
  }
}

void Append(Bytes& out, ByteView bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

// The first `count` bytes of the two parts together, taken off them.
void AppendFront(Bytes& out, ByteView& head, ByteView& body, std::size_t count) {
  const std::size_t of_head = std::min(count, head.size());
  Append(out, head.first(of_head));
  head = head.subspan(of_head);
  Append(out, body.first(count - of_head));
  body = body.subspan(count - of_head);
}

}  // namespace

void ChunkWriter::Write(const Lane& lane, MessageType type, std::uint32_t timestamp_ms,
                        ByteView head, ByteView body, Bytes& out) {
  const std::size_t length = head.size() + body.size();
  ONAIR_DCHECK(length <= kMaxMessage);
  ONAIR_DCHECK(lane.chunk_stream_id >= 2 && lane.chunk_stream_id <= 65599);
  const auto found = last_.find(lane.chunk_stream_id);
  const Last* last = found == last_.end() ? nullptr : &found->second;
  Last next{type, lane.stream_id, static_cast<std::uint32_t>(length), timestamp_ms, 0, false};
  if (last != nullptr) next.delta_ms = timestamp_ms - last->timestamp_ms;
  const std::uint8_t format = ChooseFormat(last, next);
  next.was_delta = format != kFull;

  // Doubling keeps a burst of messages into one vector linear.
  const std::size_t needed = out.size() + length + 18 + (length / chunk_size_) * 7;
  if (out.capacity() < needed) out.reserve(std::max(needed, out.capacity() * 2));

  const std::uint32_t field = format == kFull ? timestamp_ms : next.delta_ms;
  const bool is_extended = format == kFull && field >= kExtendedMark;
  PushBasic(out, format, lane.chunk_stream_id);
  if (format <= kSameShape) PushBig(out, std::min(field, kExtendedMark), 3);
  if (format <= kSameStream) {
    PushBig(out, next.length, 3);
    out.push_back(static_cast<std::uint8_t>(type));
  }
  if (format == kFull) PushLittle32(out, lane.stream_id);
  if (is_extended) PushBig(out, field, 4);
  AppendFront(out, head, body, std::min<std::size_t>(length, chunk_size_));
  while (head.size() + body.size() > 0) {
    PushBasic(out, kSameAll, lane.chunk_stream_id);
    // Section 5.3.1.3: "This field is present in Type 3 chunks when the most recent Type 0, 1,
    // or 2 chunk for the same chunk stream ID indicated the presence of an extended timestamp."
    if (is_extended) PushBig(out, field, 4);
    AppendFront(out, head, body, std::min<std::size_t>(head.size() + body.size(), chunk_size_));
  }
  last_[lane.chunk_stream_id] = next;
}

std::uint8_t ChunkWriter::ChooseFormat(const Last* last, const Last& next) const {
  // A time that goes back, or a step too long for 24 bits, starts anew.
  if (last == nullptr || last->stream_id != next.stream_id || next.delta_ms >= kExtendedMark) {
    return kFull;
  }
  if (last->type != next.type || last->length != next.length) return kSameStream;
  // After a full header readers differ on what a repeated delta is: the specification says the
  // timestamp itself, nginx-rtmp 1.2.2 says 0.
  const bool repeats = last->was_delta && last->delta_ms == next.delta_ms;
  return repeats ? kSameAll : kSameShape;
}

}  // namespace onair::rtmp
