// SPDX-License-Identifier: Apache-2.0
#include "codec/bitstream/access_unit.h"

#include <catch2/catch.hpp>

#include "tests/codec/support/hex.h"

namespace onair::codec {
namespace {

using testing::Hex;
constexpr auto kH264 = VideoCodec::kH264;
constexpr auto kH265 = VideoCodec::kH265;

TEST_CASE("Access units are key, reference or droppable by their slices") {
  CHECK(KindOf(Hex("00000002 6588"), kH264) == FrameKind::kKey);
  CHECK(KindOf(Hex("00000002 0605 00000002 6588"), kH264) == FrameKind::kKey);
  CHECK(KindOf(Hex("00000002 419a"), kH264) == FrameKind::kReference);
  CHECK(KindOf(Hex("00000002 019e"), kH264) == FrameKind::kDroppable);
  CHECK(KindOf(Hex("00000002 019e 00000002 419e"), kH264) == FrameKind::kReference);
  CHECK(KindOf(Hex("00000003 260101"), kH265) == FrameKind::kKey);        // IDR_W_RADL 19.
  CHECK(KindOf(Hex("00000003 2a0101"), kH265) == FrameKind::kKey);        // CRA 21.
  CHECK(KindOf(Hex("00000003 020101"), kH265) == FrameKind::kReference);  // TRAIL_R 1.
  CHECK(KindOf(Hex("00000003 000101"), kH265) == FrameKind::kDroppable);  // TRAIL_N 0.
}

TEST_CASE("Units that cannot be read or hold no slice count as reference") {
  CHECK(KindOf(Hex("00000009 0100"), kH264) == FrameKind::kReference);
  CHECK(KindOf(Hex("00000002 0605"), kH264) == FrameKind::kReference);
}

TEST_CASE("A whole access unit is valid") {
  CHECK(ValidateAccessUnit(Hex("00000002 0605 00000002 6588"), kH264));
  CHECK(ValidateAccessUnit(Hex("00000003 260101"), kH265));
}

TEST_CASE("Corrupt layouts are refused with what is wrong") {
  const auto detail = [](std::string_view hex, VideoCodec codec = kH264) {
    const auto status = ValidateAccessUnit(Hex(hex), codec);
    REQUIRE_FALSE(status);
    CHECK(status.error().code == ErrorCode::kBitstream);
    return status.error().detail;
  };
  CHECK(detail("") == "access unit without a slice");
  CHECK(detail("00000002 0605") == "access unit without a slice");
  CHECK(detail("00000001 6588") == "a NAL length passes the end");
  CHECK(detail("00000001 65 00000000") == "a NAL length is 0");
  CHECK(detail("00000002 e588") == "forbidden_zero_bit");
  CHECK(detail("00000001 26", kH265) == "NAL header is cut short");
  CHECK(detail("00000001 65 00000001 41 00") == "a NAL length passes the end");
}

}  // namespace
}  // namespace onair::codec
