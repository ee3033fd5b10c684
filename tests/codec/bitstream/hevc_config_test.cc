// SPDX-License-Identifier: Apache-2.0
#include "codec/bitstream/hevc_config.h"

#include <catch2/catch.hpp>

#include "core/base/rng.h"
#include "tests/codec/support/hex.h"

namespace onair::codec {
namespace {

using namespace testing;

Bytes Record() {
  return *MakeHevcConfig(Hex(kHevc720Vps), Hex(kHevc720Sps), Hex(kHevcPps));
}

TEST_CASE("hvcC made of parameter sets parses back to them") {
  const auto config = ParseHevcConfig(Record());
  REQUIRE(config);
  CHECK(config->length_bytes == 4);
  CHECK(config->vps == std::vector<Bytes>{Hex(kHevc720Vps)});
  CHECK(config->sps == std::vector<Bytes>{Hex(kHevc720Sps)});
  CHECK(config->pps == std::vector<Bytes>{Hex(kHevcPps)});
  CHECK(config->profile.bytes == ParseH265Sps(Hex(kHevc720Sps))->profile.bytes);
}

TEST_CASE("hvcC has the bytes of ISO/IEC 14496-15 section 8.3.3.1") {
  const Bytes record = Record();
  CHECK(Bytes(record.begin(), record.begin() + 23) ==
        Hex("01 01 60000000 900000000000 5d f000 fc fd f8 f8 0000 0f 03"));
  CHECK(Bytes(record.begin() + 23, record.begin() + 28) == Hex("a0 0001 0018"));
}

TEST_CASE("hvcC of ten bits says so") {
  const Bytes record = *MakeHevcConfig(Hex(kHevc720Vps), Hex(kHevc10BitSps), Hex(kHevcPps));
  CHECK(record[17] == 0xfa);
  CHECK(record[18] == 0xfa);
}

TEST_CASE("hvcC gives the track its size and frame rate") {
  const auto track = TrackFromHevcConfig(Buffer::Own(Record()));
  REQUIRE(track);
  CHECK(track->codec == VideoCodec::kH265);
  CHECK(track->size == PictureSize{1280, 720});
  CHECK(track->frame_rate == Approx(30));
}

TEST_CASE("hvcC as the ffmpeg program writes it is read, its SEI array ignored") {
  const auto config = ParseHevcConfig(Hex(kFfmpegHvcc));
  REQUIRE(config);
  CHECK(config->vps.size() == 1);
  CHECK(config->sps.size() == 1);
  const auto track = TrackFromHevcConfig(Buffer::Own(Hex(kFfmpegHvcc)));
  REQUIRE(track);
  CHECK(track->size == PictureSize{64, 64});

  // The same with an array of one prefix SEI in front.
  Bytes with_sei = Hex(kFfmpegHvcc);
  with_sei[22] = 4;
  const Bytes sei = Hex("a7 0001 0004 4e010580");
  with_sei.insert(with_sei.begin() + 23, sei.begin(), sei.end());
  const auto again = ParseHevcConfig(with_sei);
  REQUIRE(again);
  CHECK(again->pps == config->pps);
}

TEST_CASE("hvcC without a VPS is read, without SPS or PPS it is refused") {
  const Bytes whole = Record();
  const std::size_t vps_bytes = 3 + 2 + Hex(kHevc720Vps).size();
  Bytes without = whole;
  without.erase(without.begin() + 23,
                without.begin() + 23 + static_cast<std::ptrdiff_t>(vps_bytes));
  without[22] = 2;
  CHECK(TrackFromHevcConfig(Buffer::Own(without)));
  without[22] = 1;
  CHECK(ParseHevcConfig(without).error().detail == "hvcC without SPS or PPS");
}

TEST_CASE("hvcC cut anywhere is refused") {
  const Bytes record = Record();
  for (std::size_t size = 0; size < record.size(); ++size) {
    CAPTURE(size);
    CHECK_FALSE(ParseHevcConfig(ByteView(record).first(size)));
  }
}

TEST_CASE("hvcC with wrong version, length size, unit types or too many sets is refused") {
  const Bytes good = Record();
  const auto with = [&](std::size_t at, int value) {
    Bytes bad = good;
    bad[at] = static_cast<std::uint8_t>(value);
    return ParseHevcConfig(bad);
  };
  CHECK(with(0, 0).error().detail == "hvcC version");
  CHECK(with(21, 0x0e).error().detail == "hvcC length size 3");
  CHECK(with(21, 0x0d)->length_bytes == 2);
  CHECK_FALSE(with(28, 0x42));

  Bytes many(good.begin(), good.begin() + 22);
  many.push_back(1);
  const Bytes head = Hex("22 ffff");
  many.insert(many.end(), head.begin(), head.end());
  for (int i = 0; i < 0xffff; ++i) {
    const Bytes set = Hex("0002 4401");
    many.insert(many.end(), set.begin(), set.end());
  }
  CHECK(ParseHevcConfig(many).error().detail == "hvcC holds more than 96 parameter sets");
}

TEST_CASE("hvcC is not made of units that are no parameter sets") {
  const Bytes vps = Hex(kHevc720Vps);
  const Bytes sps = Hex(kHevc720Sps);
  const Bytes pps = Hex(kHevcPps);
  CHECK_FALSE(MakeHevcConfig(sps, sps, pps));
  CHECK_FALSE(MakeHevcConfig(vps, vps, pps));
  CHECK_FALSE(MakeHevcConfig(vps, sps, sps));
  CHECK_FALSE(MakeHevcConfig({}, {}, {}));
}

}  // namespace
}  // namespace onair::codec
