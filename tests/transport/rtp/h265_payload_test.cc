// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/h265_payload.h"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <vector>

#include "core/base/rng.h"
#include "tests/codec/support/hex.h"

namespace onair::rtp {
namespace {

using codec::testing::Hex;

std::vector<NalPiece> All(H265Pieces& pieces) {
  std::vector<NalPiece> out;
  while (const auto piece = pieces.Next()) out.push_back(*piece);
  return out;
}

bool Same(ByteView a, const Bytes& b) {
  return std::ranges::equal(a, b);
}

// RFC 7798 figure 4: an aggregation packet without DONL.
TEST_CASE("An H.265 aggregate takes the lowest layer and temporal id of its units") {
  const Bytes one = Hex("40 0a aa");  // VPS, layer 1, temporal id 1.
  const Bytes two = Hex("42 13 bb");  // SPS, layer 2, temporal id 2.
  const std::array<ByteView, 2> units = {one, two};
  Bytes room(64);
  SpanWriter out(room);
  WriteH265Aggregate(units, out);
  REQUIRE(out.ok());
  CHECK(Same(out.view(), Hex("60 0a 0003 400aaa 0003 4213bb")));  // Type 48.

  H265Pieces pieces(out.view());
  const auto all = All(pieces);
  CHECK(pieces.ok());
  REQUIRE(all.size() == 2);
  CHECK(Same(all[0].bytes, one));
  CHECK(Same(all[1].bytes, two));
}

// RFC 7798 figures 9 and 10.
TEST_CASE("H.265 fragments keep layer and temporal id in front and the type behind") {
  const Bytes unit = Hex("26 01 11 22 33");
  const auto fragment = [&unit](NalRange range) {
    Bytes room(16);
    SpanWriter out(room);
    WriteH265Fragment(unit, range, out);
    return Bytes(out.view().begin(), out.view().end());
  };
  CHECK(fragment({2, 1}) == Hex("62 01 93 11"));
  CHECK(fragment({3, 1}) == Hex("62 01 13 22"));
  CHECK(fragment({4, 1}) == Hex("62 01 53 33"));

  const Bytes payload = Hex("62 01 93 11");
  H265Pieces first(payload);
  const auto piece = first.Next();
  REQUIRE(piece);
  CHECK(piece->kind == NalPiece::Kind::kFirst);
  CHECK(piece->header == std::array<std::uint8_t, 2>{0x26, 0x01});
  CHECK(piece->header_bytes == 2);
}

TEST_CASE("H.265 payloads that are PACI, reserved or of wrong sizes are not ok") {
  for (const char* bad :
       {"", "02", "64 01 00", "7e 01 00", "60 01", "60 01 00", "60 01 0001 40", "60 01 0003 4001",
        "60 01 0002 6201", "60 01 0002 4001 00", "62 01", "62 01 93", "62 01 b0 11"}) {
    const Bytes payload = Hex(bad);
    H265Pieces pieces(payload);
    All(pieces);
    INFO(bad);
    CHECK_FALSE(pieces.ok());
  }
}

TEST_CASE("H.265 pieces of any bytes stay inside them and end") {
  Rng rng(4);
  for (int i = 0; i < 20'000; ++i) {
    Bytes payload = rng.TakeBytes(rng.Below(40));
    if (!payload.empty() && rng.Below(2) == 0) payload[0] = rng.Below(2) == 0 ? 0x60 : 0x62;
    H265Pieces pieces(payload);
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
