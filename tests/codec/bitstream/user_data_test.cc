// SPDX-License-Identifier: Apache-2.0
#include "codec/bitstream/user_data.h"

#include <catch2/catch.hpp>

#include "codec/bitstream/capture_stamp.h"
#include "codec/bitstream/nal.h"
#include "tests/codec/support/hex.h"

namespace onair::codec {
namespace {

using testing::Hex;

Bytes AccessUnit(std::initializer_list<Bytes> units) {
  std::vector<ByteView> views(units.begin(), units.end());
  return JoinLengths(views);
}

TEST_CASE("User data is found in both codecs, in its order, without emulation prevention") {
  const Bytes h264 =
      AccessUnit({Hex("0910"), Hex("06 04 03 b50031 05 05 00000301ff 01 80"), Hex("6588")});
  const auto of_h264 = FindUserData(h264, VideoCodec::kH264);
  REQUIRE(of_h264.size() == 2);
  CHECK(of_h264[0].kind == UserDataKind::kRegistered);
  CHECK(of_h264[0].payload == Hex("b50031"));
  CHECK(of_h264[1].kind == UserDataKind::kUnregistered);
  CHECK(of_h264[1].payload == Hex("000001ff01"));

  const Bytes nal = InsertEmulationPrevention(Hex("4e01 05 04 00000001 04 01 aa 80"));
  const auto of_h265 = FindUserData(AccessUnit({nal, Hex("260101")}), VideoCodec::kH265);
  REQUIRE(of_h265.size() == 2);
  CHECK(of_h265[0].kind == UserDataKind::kUnregistered);
  CHECK(of_h265[0].payload == Hex("00000001"));
  CHECK(of_h265[1].payload == Hex("aa"));
}

TEST_CASE("Our own capture stamp and other messages are no user data") {
  const Bytes stamp = CaptureStampNal(UtcTime::Micros(42), VideoCodec::kH264);
  const Bytes unit = AccessUnit({stamp, Hex("06 01 02 aabb 80"), Hex("6588")});
  CHECK(FindUserData(unit, VideoCodec::kH264).empty());
}

TEST_CASE("User data behind the first slice is not looked for, nor more than the bound") {
  const Bytes sei = Hex("06 05 02 aabb 80");
  CHECK(FindUserData(AccessUnit({Hex("6588"), sei}), VideoCodec::kH264).empty());

  std::vector<ByteView> many(40, ByteView(sei));
  const Bytes slice = Hex("6588");
  many.emplace_back(slice);
  CHECK(FindUserData(JoinLengths(many), VideoCodec::kH264).size() == kMaxUserDataMessages);
}

TEST_CASE("User data that does not parse gives what came before it") {
  const Bytes unit =
      AccessUnit({Hex("06 05 02 aabb 80"), Hex("06 05 ff ff ff 10 aa"), Hex("6588")});
  CHECK(FindUserData(unit, VideoCodec::kH264).size() == 1);
  CHECK(FindUserData(Hex("ffffffff06"), VideoCodec::kH264).empty());
}

}  // namespace
}  // namespace onair::codec
