// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/rtcp/remb.h"

#include "tests/transport/rtp/rtcp/wire.h"

namespace onair::rtp::rtcp {
namespace {

Bytes Estimate(std::uint8_t ssrcs, std::uint32_t exponent, std::uint32_t mantissa) {
  return Written([&](SpanWriter& out) {
    BlockWriter block(out, Type::kPayloadFeedback, 15);
    out.U32(1).U32(0).U32(0x52454d42).U8(ssrcs).U24(exponent << 18 | mantissa).U32(72);
  });
}

TEST_CASE("A receiver's estimate is a mantissa and an exponent") {
  const auto got = ReadReceiverEstimate(First(Estimate(1, 6, 250'000)));
  REQUIRE(got);
  CHECK(got->sender_ssrc == 1);
  CHECK(got->rate == DataRate::BitsPerSec(16'000'000));
}

TEST_CASE("An estimate beyond all rates saturates") {
  const auto got = ReadReceiverEstimate(First(Estimate(1, 63, 0x3ffff)));
  REQUIRE(got);
  CHECK(got->rate.bps() == INT64_MAX);
  const auto largest = ReadReceiverEstimate(First(Estimate(1, 45, 0x3ffff)));
  REQUIRE(largest);
  CHECK(largest->rate.bps() == std::int64_t{0x3ffff} << 45);
}

TEST_CASE("An estimate for more streams than it names, or of another kind, is refused") {
  CHECK_FALSE(ReadReceiverEstimate(First(Estimate(2, 6, 1))));
  Bytes other = Estimate(1, 6, 1);
  other[12] = 'X';
  CHECK_FALSE(ReadReceiverEstimate(First(other)));
}

}  // namespace
}  // namespace onair::rtp::rtcp
