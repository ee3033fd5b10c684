// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/rtcp/block.h"

#include "core/base/check.h"

namespace onair::rtp::rtcp {
namespace {

constexpr std::uint8_t kVersionBits = 2 << 6;
constexpr std::uint8_t kVersionMask = 3 << 6;
constexpr std::uint8_t kPaddingBit = 1 << 5;
constexpr std::uint8_t kCountMask = 0x1f;
constexpr std::size_t kWord = 4;

}  // namespace

std::optional<Block> BlockReader::Next() {
  if (in_.remaining() == 0 || is_malformed_) return std::nullopt;
  const std::uint8_t first = in_.U8();
  const std::uint8_t type = in_.U8();
  const std::size_t words = in_.U16();
  ByteView body = in_.Take(words * kWord);
  is_malformed_ = !in_.ok() || (first & kVersionMask) != kVersionBits;
  if (!is_malformed_ && (first & kPaddingBit) != 0) {
    // RFC 3550 section 6.4.1: the last byte counts the padding, "including itself (it will be
    // a multiple of four)". Other numbers are let pass: what counts is that they fit.
    const std::size_t padding = body.empty() ? 0 : body.back();
    is_malformed_ = padding == 0 || padding > body.size();
    if (!is_malformed_) body = body.first(body.size() - padding);
  }
  if (is_malformed_) return std::nullopt;
  return Block{.type = type, .count = static_cast<std::uint8_t>(first & kCountMask), .body = body};
}

BlockWriter::BlockWriter(SpanWriter& out, Type type, std::uint8_t count)
    : out_(out), at_(out.size()) {
  out_.U8(kVersionBits).U8(static_cast<std::uint8_t>(type)).U16(0);
  SetCount(count);
}

void BlockWriter::SetCount(std::uint8_t count) {
  ONAIR_DCHECK(count <= kCountMask);
  out_.PatchU8(at_, static_cast<std::uint8_t>(kVersionBits | (count & kCountMask)));
}

BlockWriter::~BlockWriter() {
  if (!out_.ok()) return;
  const std::size_t bytes = out_.size() - at_;
  ONAIR_DCHECK(bytes % kWord == 0);
  out_.PatchU16(at_ + 2, static_cast<std::uint16_t>(bytes / kWord - 1));
}

}  // namespace onair::rtp::rtcp
