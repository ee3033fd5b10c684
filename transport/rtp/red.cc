// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/red.h"

#include <algorithm>

#include "core/base/byte_reader.h"
#include "transport/rtp/span_writer.h"

namespace onair::rtp {
namespace {

constexpr std::uint8_t kMore = 0x80;
constexpr std::size_t kHeader = 4;
constexpr std::size_t kLastHeader = 1;
constexpr std::uint32_t kMaxOffset = 0x3fff;
constexpr std::size_t kMaxLength = 0x3ff;

}  // namespace

RedReader::RedReader(ByteView payload, std::uint32_t timestamp) {
  ByteReader in(payload);
  std::array<std::size_t, kMaxRedBlocks> lengths{};
  while (true) {
    if (count_ == kMaxRedBlocks || in.remaining() == 0) return;
    const std::uint8_t first = in.U8();
    RedBlock& block = blocks_[count_];
    block.payload_type = first & 0x7f;
    block.timestamp = timestamp;
    if ((first & kMore) == 0) break;
    const std::uint32_t rest = in.U24();
    block.timestamp = timestamp - (rest >> 10);
    lengths[count_++] = rest & kMaxLength;
  }
  for (std::size_t i = 0; i < count_; ++i) blocks_[i].bytes = in.Take(lengths[i]);
  if (!in.ok()) return;
  blocks_[count_].is_own = true;
  blocks_[count_++].bytes = in.TakeRest();
  ok_ = true;
}

std::optional<RedBlock> RedReader::Next() {
  if (!ok_ || next_ == count_) return std::nullopt;
  return blocks_[next_++];
}

RedWriter::RedWriter(std::uint8_t payload_type, std::size_t depth) : payload_type_(payload_type) {
  SetDepth(depth);
}

void RedWriter::SetDepth(std::size_t depth) {
  depth_ = std::min(depth, kMaxDepth);
}

std::size_t RedWriter::Write(ByteView own, std::uint32_t timestamp, std::span<std::uint8_t> room) {
  if (own.size() + kLastHeader > room.size()) return 0;
  const std::size_t repeated = Repeatable(own.size(), timestamp, room.size());
  SpanWriter out(room);
  for (std::size_t age = repeated; age-- > 0;) {
    const Sent& sent = Back(age);
    out.U8(kMore | payload_type_);
    out.U24((timestamp - sent.timestamp) << 10 | static_cast<std::uint32_t>(sent.size));
  }
  out.U8(payload_type_);
  for (std::size_t age = repeated; age-- > 0;) {
    const Sent& sent = Back(age);
    out.Append(ByteView(sent.bytes).first(sent.size));
  }
  out.Append(own);
  Remember(own, timestamp);
  return out.size();
}

// How many of the newest ones, without a hole: what is older than a hole is too old anyway.
std::size_t RedWriter::Repeatable(std::size_t own, std::uint32_t timestamp,
                                  std::size_t room) const {
  std::size_t size = own + kLastHeader;
  std::size_t count = 0;
  for (; count < depth_; ++count) {
    const Sent& sent = Back(count);
    size += kHeader + sent.size;
    if (sent.size == 0 || timestamp - sent.timestamp > kMaxOffset || size > room) break;
  }
  return count;
}

void RedWriter::Remember(ByteView own, std::uint32_t timestamp) {
  newest_ = (newest_ + 1) % kMaxDepth;
  Sent& sent = sent_[newest_];
  sent.timestamp = timestamp;
  sent.size = own.size() <= kMaxOwnBytes ? own.size() : 0;
  std::copy_n(own.begin(), sent.size, sent.bytes.begin());
}

}  // namespace onair::rtp
