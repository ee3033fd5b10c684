// SPDX-License-Identifier: Apache-2.0
#include "codec/bitstream/capture_stamp.h"

#include <catch2/catch.hpp>

#include "codec/bitstream/nal.h"
#include "core/base/rng.h"
#include "tests/codec/support/hex.h"

namespace onair::codec {
namespace {

using testing::Hex;

Bytes AccessUnit(std::initializer_list<Bytes> units) {
  std::vector<ByteView> views(units.begin(), units.end());
  return JoinLengths(views);
}

TEST_CASE("A capture stamp comes back for any time and both codecs") {
  Rng rng(9);
  for (int round = 0; round < 1000; ++round) {
    // Many zero bytes, so that emulation prevention has work.
    const auto us =
        static_cast<std::int64_t>(rng.Next() & rng.Next() & rng.Next() & 0x7fffffffffff);
    for (const auto codec : {VideoCodec::kH264, VideoCodec::kH265}) {
      const Bytes slice = codec == VideoCodec::kH264 ? Hex("6588") : Hex("260101");
      const Bytes unit = AccessUnit({CaptureStampNal(UtcTime::Micros(us), codec), slice});
      const auto stamp = FindCaptureStamp(unit, codec);
      REQUIRE(stamp);
      REQUIRE(stamp->us() == us);
    }
  }
}

TEST_CASE("A capture stamp has its documented bytes") {
  CHECK(CaptureStampNal(UtcTime::Micros(0x0006'1234'5678'9abc), VideoCodec::kH264) ==
        Hex("06 05 18 6f1d8a3e52c74b90a41be80d739c25f6 0006123456789abc 80"));
}

TEST_CASE("A capture stamp is found behind other SEI messages and other units") {
  // One SEI unit: type 1 with 2 bytes, a foreign user_data_unregistered, then ours.
  Bytes sei = Hex("06 01 02 aabb 05 10 00112233445566778899aabbccddeeff");
  const Bytes ours = CaptureStampNal(UtcTime::Micros(77'000'000), VideoCodec::kH264);
  const Bytes raw = RemoveEmulationPrevention(ours);
  sei.insert(sei.end(), raw.begin() + 1, raw.end());
  const Bytes unit = AccessUnit({Hex("0910"), InsertEmulationPrevention(sei), Hex("6588")});

  CHECK(FindCaptureStamp(unit, VideoCodec::kH264) == UtcTime::Micros(77'000'000));
}

TEST_CASE("No stamp is found where there is none") {
  CHECK_FALSE(FindCaptureStamp({}, VideoCodec::kH264));
  CHECK_FALSE(FindCaptureStamp(AccessUnit({Hex("6588")}), VideoCodec::kH264));
  CHECK_FALSE(
      FindCaptureStamp(AccessUnit({Hex("06 05 03 aabbcc 80"), Hex("6588")}), VideoCodec::kH264));
  const Bytes stamp = CaptureStampNal(UtcTime::Micros(1), VideoCodec::kH264);
  CHECK_FALSE(FindCaptureStamp(AccessUnit({Hex("6588"), stamp}), VideoCodec::kH264));
}

TEST_CASE("A cut stamp is no stamp") {
  const Bytes stamp = CaptureStampNal(UtcTime::Micros(123456789), VideoCodec::kH264);
  const Bytes unit = AccessUnit({stamp, Hex("6588")});
  for (std::size_t size = 0; size + 8 < unit.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(FindCaptureStamp(ByteView(unit).first(size), VideoCodec::kH264));
  }
}

}  // namespace
}  // namespace onair::codec
