// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/rtcp/remb.h"

namespace onair::rtp::rtcp {
namespace {

constexpr std::uint8_t kFormat = 15;
constexpr std::uint32_t kIdentifier = 0x52454d42;  // "REMB".
constexpr int kMantissaBits = 18;

std::int64_t Shifted(std::int64_t mantissa, unsigned exponent) {
  // 18 bits and up to 63 zeros: what passes 63 bits is as good as no limit.
  if (exponent > 63 - kMantissaBits) return units_internal::kMax;
  return mantissa << exponent;
}

}  // namespace

std::optional<ReceiverEstimate> ReadReceiverEstimate(const Block& block) {
  if (!block.is(Type::kPayloadFeedback, kFormat)) return std::nullopt;
  ByteReader in(block.body);
  const std::uint32_t sender = in.U32();
  in.Skip(4);
  const bool is_ours = in.U32() == kIdentifier;
  const std::size_t ssrcs = in.U8();
  const std::uint32_t rate = in.U24();
  in.Skip(ssrcs * 4);
  if (!in.ok() || !is_ours) return std::nullopt;
  const std::int64_t bps = Shifted(rate & 0x3ffff, rate >> kMantissaBits);
  return ReceiverEstimate{.sender_ssrc = sender, .rate = DataRate::BitsPerSec(bps)};
}

}  // namespace onair::rtp::rtcp
