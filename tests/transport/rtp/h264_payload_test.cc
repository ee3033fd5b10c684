// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/h264_payload.h"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <vector>

#include "core/base/rng.h"
#include "tests/codec/support/hex.h"

namespace onair::rtp {
namespace {

using codec::testing::Hex;

std::vector<NalPiece> All(H264Pieces& pieces) {
  std::vector<NalPiece> out;
  while (const auto piece = pieces.Next()) out.push_back(*piece);
  return out;
}

bool Same(ByteView a, const Bytes& b) {
  return std::ranges::equal(a, b);
}

TEST_CASE("A single H.264 unit is the payload") {
  const Bytes payload = Hex("41 9a 01 02");
  H264Pieces pieces(payload);
  const auto all = All(pieces);
  CHECK(pieces.ok());
  REQUIRE(all.size() == 1);
  CHECK(all[0].kind == NalPiece::Kind::kWhole);
  CHECK(all[0].header_bytes == 0);
  CHECK(Same(all[0].bytes, payload));
}

// RFC 6184 figure 7: STAP-A with two units.
TEST_CASE("A STAP-A is laid out and read as the RFC draws it") {
  const Bytes sps = Hex("67 42 c0 1e");
  const Bytes pps = Hex("28 ce");  // NRI 1.
  const std::array<ByteView, 2> units = {sps, pps};
  Bytes room(64);
  SpanWriter out(room);
  WriteH264Aggregate(units, out);
  REQUIRE(out.ok());
  CHECK(Same(out.view(), Hex("78 0004 6742c01e 0002 28ce")));  // NRI 3, type 24.

  H264Pieces pieces(out.view());
  const auto all = All(pieces);
  CHECK(pieces.ok());
  REQUIRE(all.size() == 2);
  CHECK(Same(all[0].bytes, sps));
  CHECK(Same(all[1].bytes, pps));
}

// RFC 6184 figures 14 and 15.
TEST_CASE("FU-A fragments carry the unit's header in two halves") {
  const Bytes unit = Hex("65 11 22 33 44");
  const auto fragment = [&unit](NalRange range) {
    Bytes room(16);
    SpanWriter out(room);
    WriteH264Fragment(unit, range, out);
    return Bytes(out.view().begin(), out.view().end());
  };
  CHECK(fragment({1, 2}) == Hex("7c 85 1122"));
  CHECK(fragment({3, 1}) == Hex("7c 05 33"));
  CHECK(fragment({4, 1}) == Hex("7c 45 44"));

  const Bytes start = Hex("7c 85 1122");
  const Bytes inside = Hex("7c 05 33");
  const Bytes end = Hex("7c 45 44");
  H264Pieces first(start);
  const auto piece = first.Next();
  REQUIRE(piece);
  CHECK(piece->kind == NalPiece::Kind::kFirst);
  CHECK(piece->header[0] == 0x65);
  CHECK(piece->header_bytes == 1);
  H264Pieces middle(inside);
  CHECK(middle.Next()->kind == NalPiece::Kind::kMiddle);
  H264Pieces last(end);
  CHECK(last.Next()->kind == NalPiece::Kind::kLast);
}

TEST_CASE("A fragment with start and end is a whole unit") {
  const Bytes payload = Hex("7c c5 1122");
  H264Pieces pieces(payload);
  const auto piece = pieces.Next();
  REQUIRE(piece);
  CHECK(piece->kind == NalPiece::Kind::kWhole);
  CHECK(piece->header_bytes == 1);
}

TEST_CASE("H.264 payloads of other modes, reserved types and wrong sizes are not ok") {
  for (const char* bad : {"",
                          "80",
                          "19 0001 41",
                          "1a 00",
                          "1b 00",
                          "1d 85 0000 11",
                          "1e",
                          "1f",
                          "78",
                          "78 00",
                          "78 0000",
                          "78 0000 41",
                          "78 0005 41 9a",
                          "78 0001 7c",
                          "78 0001 00",
                          "78 0002 419a 00",
                          "7c",
                          "7c 85",
                          "7c 80 11",
                          "7c 98 11"}) {
    const Bytes payload = Hex(bad);
    H264Pieces pieces(payload);
    All(pieces);
    INFO(bad);
    CHECK_FALSE(pieces.ok());
  }
}

TEST_CASE("H.264 pieces of any bytes stay inside them and end") {
  Rng rng(3);
  for (int i = 0; i < 20'000; ++i) {
    Bytes payload = rng.TakeBytes(rng.Below(40));
    if (!payload.empty() && rng.Below(2) == 0) payload[0] = rng.Below(2) == 0 ? 24 : 28;
    H264Pieces pieces(payload);
    std::size_t total = 0;
    while (const auto piece = pieces.Next()) {
      REQUIRE_FALSE(piece->bytes.empty());
      total += piece->bytes.size();
    }
    REQUIRE(total <= payload.size());
  }
}

}  // namespace
}  // namespace onair::rtp
