// SPDX-License-Identifier: Apache-2.0
#include "codec/bitstream/nal.h"

#include <catch2/catch.hpp>

#include "core/base/rng.h"
#include "tests/codec/support/hex.h"

namespace onair::codec {
namespace {

using testing::Hex;

TEST_CASE("Annex B with three and four byte start codes becomes lengths") {
  const auto out = AnnexBToLengths(Hex("00000001 6742 000001 68ce 00000001 6588"));

  REQUIRE(out);
  CHECK(*out == Hex("00000002 6742 00000002 68ce 00000002 6588"));
}

TEST_CASE("Lengths become Annex B and come back the same") {
  const Bytes lengths = Hex("00000003 658801 00000001 41");
  const auto annex_b = LengthsToAnnexB(lengths);

  REQUIRE(annex_b);
  CHECK(*annex_b == Hex("00000001 658801 00000001 41"));
  CHECK(*AnnexBToLengths(*annex_b) == lengths);
}

TEST_CASE("Zero bytes after a unit are no part of it") {
  const auto nals = SplitAnnexB(Hex("000001 67420000 000000 000001 68"));
  REQUIRE(nals);
  REQUIRE(nals->size() == 2);
  CHECK((*nals)[0].size() == 2);
}

TEST_CASE("A stream without a start code has no units") {
  CHECK(SplitAnnexB(Hex("0000 0067"))->empty());
  CHECK(SplitAnnexB({})->empty());
}

TEST_CASE("Short lengths are read and widened") {
  CHECK(*ToFourByteLengths(Hex("02 6588 01 41"), 1) == Hex("00000002 6588 00000001 41"));
  CHECK(*ToFourByteLengths(Hex("0002 6588"), 2) == Hex("00000002 6588"));
}

TEST_CASE("A length of zero or past the end is refused") {
  CHECK(SplitLengths(Hex("00000000")).error().code == ErrorCode::kBitstream);
  CHECK(SplitLengths(Hex("00000003 6588")).error().code == ErrorCode::kBitstream);
  CHECK(SplitLengths(Hex("ffffffff 65")).error().code == ErrorCode::kBitstream);
  CHECK(SplitLengths(Hex("0000")).error().code == ErrorCode::kBitstream);
}

TEST_CASE("More units than the limit are refused in both layouts") {
  Bytes lengths;
  Bytes annex_b;
  for (std::size_t i = 0; i <= kMaxNals; ++i) {
    for (const int b : {0, 0, 0, 1, 0x41}) lengths.push_back(static_cast<std::uint8_t>(b));
    for (const int b : {0, 0, 1, 0x41}) annex_b.push_back(static_cast<std::uint8_t>(b));
  }
  CHECK(SplitLengths(lengths).error().code == ErrorCode::kBitstream);
  CHECK(SplitAnnexB(annex_b).error().code == ErrorCode::kBitstream);
}

TEST_CASE("Emulation prevention is inserted where a start code would appear") {
  CHECK(InsertEmulationPrevention(Hex("06 000001 00000000 03")) ==
        Hex("06 00000301 000003 0000 03 03"));
  CHECK(InsertEmulationPrevention(Hex("06 000004")) == Hex("06 000004"));
  CHECK(InsertEmulationPrevention(Hex("06 00")) == Hex("06 00 03"));
}

TEST_CASE("Emulation prevention in and out gives random bytes back without a start code") {
  Rng rng(7);
  for (int round = 0; round < 500; ++round) {
    Bytes rbsp = rng.TakeBytes(64);
    for (auto& byte : rbsp) byte &= 3;  // Dense in zeros.
    rbsp.push_back(0x80);

    const Bytes nal = InsertEmulationPrevention(rbsp);

    for (std::size_t i = 0; i + 2 < nal.size(); ++i) {
      const bool is_forbidden = nal[i] == 0 && nal[i + 1] == 0 && nal[i + 2] < 3;
      REQUIRE_FALSE(is_forbidden);
    }
    REQUIRE(RemoveEmulationPrevention(nal) == rbsp);
  }
}

}  // namespace
}  // namespace onair::codec
