// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/rtcp/nack.h"

namespace onair::rtp::rtcp {
namespace {

constexpr std::uint8_t kFormat = 1;
constexpr std::size_t kHead = 12;
constexpr std::size_t kItem = 4;
constexpr int kBits = 16;

}  // namespace

std::optional<Nack> ReadNack(const Block& block) {
  if (!block.is(Type::kTransportFeedback, kFormat)) return std::nullopt;
  ByteReader in(block.body);
  const Nack nack{
      .sender_ssrc = in.U32(), .media_ssrc = in.U32(), .items = in.Take(in.remaining())};
  if (!in.ok() || nack.items.size() % kItem != 0) return std::nullopt;
  return nack;
}

std::size_t WriteNack(std::uint32_t sender_ssrc, std::uint32_t media_ssrc,
                      std::span<const std::uint16_t> sequence_numbers, SpanWriter& out) {
  if (sequence_numbers.empty() || out.remaining() < kHead + kItem) return 0;
  BlockWriter block(out, Type::kTransportFeedback, kFormat);
  out.U32(sender_ssrc).U32(media_ssrc);
  std::size_t taken = 0;
  while (taken < sequence_numbers.size() && out.remaining() >= kItem) {
    const std::uint16_t first = sequence_numbers[taken++];
    std::uint32_t others = 0;
    for (; taken < sequence_numbers.size(); ++taken) {
      const auto behind = static_cast<std::uint16_t>(sequence_numbers[taken] - first);
      if (behind == 0 || behind > kBits) break;
      others |= 1U << (behind - 1);
    }
    out.U16(first).U16(static_cast<std::uint16_t>(others));
  }
  return taken;
}

}  // namespace onair::rtp::rtcp
