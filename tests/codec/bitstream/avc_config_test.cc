// SPDX-License-Identifier: Apache-2.0
#include "codec/bitstream/avc_config.h"

#include <catch2/catch.hpp>

#include "tests/codec/support/hex.h"

namespace onair::codec {
namespace {

using namespace testing;

TEST_CASE("avcC made of parameter sets parses back to them") {
  const Bytes sps = Hex(kHigh720Sps);
  const Bytes pps = Hex(kHigh720Pps);

  const auto record = MakeAvcConfig(sps, pps);
  REQUIRE(record);
  const auto config = ParseAvcConfig(*record);

  REQUIRE(config);
  CHECK(config->profile_idc == 100);
  CHECK(config->level_idc == 31);
  CHECK(config->length_bytes == 4);
  CHECK(config->sps == std::vector<Bytes>{sps});
  CHECK(config->pps == std::vector<Bytes>{pps});
}

TEST_CASE("avcC of the high profile ends with the chroma fields, of baseline it does not") {
  const Bytes high = *MakeAvcConfig(Hex(kHigh720Sps), Hex(kHigh720Pps));
  CHECK(Bytes(high.end() - 4, high.end()) == Hex("fdf8f800"));

  const Bytes baseline = *MakeAvcConfig(Hex(kBaseline360Sps), Hex(kBaseline360Pps));
  CHECK(Bytes(baseline.end() - 4, baseline.end()) == Hex(kBaseline360Pps));
  CHECK(Bytes(baseline.begin(), baseline.begin() + 8) == Hex("0142c01effe10019"));
}

TEST_CASE("avcC gives the track its size and frame rate") {
  const auto track =
      TrackFromAvcConfig(Buffer::Own(*MakeAvcConfig(Hex(kMain1080Sps), Hex(kMain1080Pps))));
  REQUIRE(track);
  CHECK(track->codec == VideoCodec::kH264);
  CHECK(track->size == PictureSize{1920, 1080});
  CHECK(track->frame_rate == Approx(30));
}

TEST_CASE("avcC cut anywhere in its parameter sets is refused") {
  const Bytes record = *MakeAvcConfig(Hex(kBaseline360Sps), Hex(kBaseline360Pps));
  for (std::size_t size = 0; size < record.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(ParseAvcConfig(ByteView(record).first(size)));
  }
}

TEST_CASE("avcC with wrong version, length size, counts or unit types is refused") {
  const Bytes good = *MakeAvcConfig(Hex(kBaseline360Sps), Hex(kBaseline360Pps));
  const auto with = [&](std::size_t at, int value) {
    Bytes bad = good;
    bad[at] = static_cast<std::uint8_t>(value);
    return ParseAvcConfig(bad);
  };
  CHECK(with(0, 0).error().detail == "avcC version");
  CHECK(with(4, 0xfe).error().detail == "avcC length size 3");
  CHECK_FALSE(with(5, 0xe0));
  CHECK_FALSE(with(8, 0x68));
  CHECK(with(4, 0xfd)->length_bytes == 2);
}

TEST_CASE("avcC is not made of units that are no parameter sets") {
  CHECK_FALSE(MakeAvcConfig(Hex(kHigh720Pps), Hex(kHigh720Pps)));
  CHECK_FALSE(MakeAvcConfig(Hex(kHigh720Sps), Hex(kHigh720Sps)));
  CHECK_FALSE(MakeAvcConfig({}, {}));
}

}  // namespace
}  // namespace onair::codec
