// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/fec_packet.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "core/base/rng.h"
#include "tests/codec/support/hex.h"

namespace onair::rtp {
namespace {

using codec::testing::Hex;

std::vector<std::size_t> Bits(const FecMask& mask) {
  std::vector<std::size_t> out;
  for (std::size_t i = 0; i < kMaxFecSpan; ++i) {
    if (mask.test(i)) out.push_back(i);
  }
  return out;
}
using Indices = std::vector<std::size_t>;

// RFC 5109 figures 8 and 9, with a payload of three bytes in place of 340.
TEST_CASE("The headers of the example of RFC 5109 section 10.1 are read") {
  const Bytes payload = Hex("0000 0008 00000008 0174 0003 f000 aabbcc");
  const auto packet = ParseUlpfec(payload);
  REQUIRE(packet);
  CHECK(packet->sn_base == 8);
  CHECK(packet->header == FecHeaderXor{0, 0, 8, 372});
  CHECK(Bits(packet->mask) == Indices{0, 1, 2, 3});
  CHECK(packet->protection.size() == 3);
  CHECK_FALSE(packet->ssrc);
}

TEST_CASE("A long mask of ULPFEC and a second level behind the first are read") {
  const Bytes payload =
      Hex("4000 0008 00000008 0174 0002 8000 00000001 aabb 0001 c000 00000000 dd");
  const auto packet = ParseUlpfec(payload);
  REQUIRE(packet);
  CHECK(Bits(packet->mask) == Indices{0, 47});
  CHECK(packet->protection.size() == 2);
}

// draft-ietf-payload-flexible-fec-scheme-03 section 4.2: the k-bit marks the last block.
TEST_CASE("Masks of FlexFEC-03 have three lengths, and their k-bits mark the end") {
  const std::string head = "00 00 0174 00000008 01000000 00000002 0008 ";
  const auto bits = [&head](const char* mask) {
    const Bytes payload = Hex(head + mask + " aa");
    const auto packet = ParseFlexFec03(payload);
    REQUIRE(packet);
    CHECK(packet->ssrc == 2);
    CHECK(packet->sn_base == 8);
    CHECK(packet->protection.size() == 1);
    return Bits(packet->mask);
  };
  CHECK(bits("c001") == Indices{0, 14});
  CHECK(bits("4000 c0000001") == Indices{0, 15, 45});
  CHECK(bits("4000 00000001 c000000000000001") == Indices{0, 45, 46, 108});
}

// RFC 8627 figure 12: the k-bit says that another block follows.
TEST_CASE("Masks of RFC 8627 have k-bits of the opposite meaning and one bit more") {
  const auto bits = [](const char* mask) {
    const Bytes payload = Hex(std::string("00 00 0174 00000008 0008 ") + mask + " aa");
    const auto packet = ParseFlexFec(payload);
    REQUIRE(packet);
    CHECK(packet->protection.size() == 1);
    return Bits(packet->mask);
  };
  CHECK(bits("4001") == Indices{0, 14});
  CHECK(bits("c000 40000001") == Indices{0, 15, 45});
  CHECK(bits("c000 80000001 8000000000000001") == Indices{0, 45, 46, 109});
}

// RFC 8627 figure 14.
TEST_CASE("Columns and rows of RFC 8627 are masks too") {
  const auto bits = [](const char* size) {
    const Bytes payload = Hex(std::string("40 00 0174 00000008 0008 ") + size + " aa");
    const auto packet = ParseFlexFec(payload);
    return packet ? Bits(packet->mask) : Indices{};
  };
  CHECK(bits("0400") == Indices{0, 1, 2, 3});
  CHECK(bits("0301") == Indices{0, 1, 2});
  CHECK(bits("0403") == Indices{0, 4, 8});
  CHECK(bits("0000").empty());
  CHECK(bits("ff00").empty());
  CHECK(bits("6402").size() == 2);
  CHECK(bits("6e02").empty());  // The second lies 110 behind the first.
}

TEST_CASE("What cannot be used is refused") {
  CHECK_FALSE(ParseUlpfec(Hex("0000 0008 00000008 0174 0003 f000 aabb")));    // Cut short.
  CHECK_FALSE(ParseUlpfec(Hex("0000 0008 00000008 0174 0003 0000 aabbcc")));  // Protects nothing.
  CHECK_FALSE(ParseUlpfec(Hex("0000 0008 00000008 0174 0000 f000")));
  const std::string rest = " 00 0174 00000008 01000000 00000002 0008 c000 aa";
  CHECK(ParseFlexFec03(Hex("00" + rest)));
  CHECK_FALSE(ParseFlexFec03(Hex("40" + rest)));
  CHECK_FALSE(ParseFlexFec03(Hex("80" + rest)));
  CHECK_FALSE(ParseFlexFec03(Hex("00 00 0174 00000008 02000000 00000002 0008 c000 aa")));
  CHECK_FALSE(ParseFlexFec03(Hex("00 00 0174 00000008 01000000 00000002 0008 c000")));
  CHECK_FALSE(ParseFlexFec03(Hex("00 00 0174 00000008 01000000 00000002 0008 4000 00")));
  CHECK_FALSE(ParseFlexFec(Hex("80 00 0174 00000008 0008 4000 aa")));
  CHECK_FALSE(ParseFlexFec(Hex("c0 00 0174 00000008 0008 4000 aa")));
}

TEST_CASE("What is written as FlexFEC-03 is read the same") {
  Rng rng(1);
  for (int i = 0; i < 500; ++i) {
    FecPacket packet;
    packet.header = {static_cast<std::uint8_t>(rng.Below(64)),
                     static_cast<std::uint8_t>(rng.Next()), static_cast<std::uint32_t>(rng.Next()),
                     static_cast<std::uint16_t>(rng.Next())};
    packet.ssrc = static_cast<std::uint32_t>(rng.Next());
    packet.sn_base = static_cast<std::uint16_t>(rng.Next());
    const std::size_t span = 1 + rng.Below(109);
    for (std::size_t k = 0; k < 5; ++k) packet.mask.set(rng.Below(span));
    const Bytes protection = rng.TakeBytes(1 + rng.Below(1200));
    packet.protection = protection;
    Bytes room(protection.size() + kMaxFlexFec03Header);
    SpanWriter out(room);
    WriteFlexFec03(packet, out);
    REQUIRE(out.ok());
    const auto again = ParseFlexFec03(out.view());
    REQUIRE(again);
    CHECK(again->header == packet.header);
    CHECK(again->ssrc == packet.ssrc);
    CHECK(again->sn_base == packet.sn_base);
    CHECK(again->mask == packet.mask);
    CHECK(std::ranges::equal(again->protection, protection));
  }
}

TEST_CASE("What does not fit is not begun") {
  FecPacket packet;
  packet.mask.set(0);
  const Bytes protection(10);
  packet.protection = protection;
  Bytes room(29);
  SpanWriter out(room);
  WriteFlexFec03(packet, out);
  CHECK(out.size() == 0);
}

}  // namespace
}  // namespace onair::rtp
