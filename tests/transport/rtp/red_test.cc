// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/red.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "core/base/rng.h"
#include "tests/codec/support/hex.h"

namespace onair::rtp {
namespace {

using codec::testing::Hex;

std::vector<RedBlock> Read(const Bytes& payload, std::uint32_t timestamp) {
  RedReader reader(payload, timestamp);
  std::vector<RedBlock> out;
  while (const auto block = reader.Next()) out.push_back(*block);
  CHECK(reader.ok() == !out.empty());
  return out;
}

// The example of RFC 2198 section 5: DVI4 (5) now, LPC (7) of one packet before.
TEST_CASE("The packet of RFC 2198 section 5 is read as drawn") {
  Bytes payload = Hex("87 002838 05");  // Offset 10, length 56 in these bits.
  REQUIRE(((0x002838U >> 10) == 10U));
  REQUIRE((0x002838U & 0x3ffU) == 56U);
  payload.insert(payload.end(), 56, 0x11);
  payload.insert(payload.end(), 80, 0x22);

  const auto blocks = Read(payload, 1'000);

  REQUIRE(blocks.size() == 2);
  CHECK(blocks[0].payload_type == 7);
  CHECK(blocks[0].timestamp == 990);
  CHECK(blocks[0].bytes.size() == 56);
  CHECK_FALSE(blocks[0].is_own);
  CHECK(blocks[1].payload_type == 5);
  CHECK(blocks[1].timestamp == 1'000);
  CHECK(blocks[1].bytes.size() == 80);
  CHECK(blocks[1].is_own);
}

TEST_CASE("Each packet repeats the ones before it, oldest first") {
  RedWriter writer(111, 2);
  Bytes room(1200);
  std::vector<Bytes> sent;
  for (std::uint32_t i = 0; i < 5; ++i) {
    sent.push_back(Bytes(10 + i, static_cast<std::uint8_t>(i)));
    const std::uint32_t timestamp = 0xfffffff0 + 960 * i;
    const std::size_t size = writer.Write(sent.back(), timestamp, room);
    const Bytes payload(room.begin(), room.begin() + static_cast<long>(size));
    const auto blocks = Read(payload, timestamp);
    const std::size_t repeated = std::min<std::size_t>(i, 2);
    REQUIRE(blocks.size() == repeated + 1);
    for (std::size_t k = 0; k <= repeated; ++k) {
      const std::size_t age = repeated - k;
      CHECK(blocks[k].payload_type == 111);
      CHECK(blocks[k].timestamp == timestamp - 960 * static_cast<std::uint32_t>(age));
      CHECK(std::ranges::equal(blocks[k].bytes, sent[i - age]));
    }
  }
}

TEST_CASE("Repetitions that do not fit or lie too far back are left out") {
  RedWriter writer(111, 2);
  Bytes room(100);
  CHECK(writer.Write(Bytes(60, 1), 0, room) == 61);
  CHECK(writer.Write(Bytes(60, 2), 960, room) == 61);  // 60 + 60 + 5 > 100.
  CHECK(writer.Write(Bytes(20, 3), 1920, room) == 20 + 60 + 5);
  CHECK(writer.Write(Bytes(20, 4), 1920 + 16'384, room) == 21);
  CHECK(writer.Write(Bytes(100, 5), 20'000, room) == 0);
  Bytes large(3000);
  CHECK(writer.Write(Bytes(1500, 6), 20'960, large) == 1501 + 24);
  CHECK(writer.Write(Bytes(10, 7), 21'920, large) == 11);  // 1500 bytes cannot be repeated.
}

TEST_CASE("A depth of zero writes the packet alone and may be raised in flight") {
  RedWriter writer(111, 0);
  Bytes room(100);
  CHECK(writer.Write(Bytes(10, 1), 0, room) == 11);
  writer.SetDepth(1);
  CHECK(writer.Write(Bytes(10, 1), 960, room) == 11 + 14);
}

TEST_CASE("Payloads that do not fit together give no block") {
  for (const char* bad : {"", "80", "ef 0000", "ef 000001 6f", "ef 000002 6f 11"}) {
    INFO(bad);
    CHECK(Read(Hex(bad), 0).empty());
  }
  Bytes many;
  for (std::size_t i = 0; i <= kMaxRedBlocks; ++i) {
    for (const int byte : {0xef, 0, 0, 0}) many.push_back(static_cast<std::uint8_t>(byte));
  }
  many.push_back(0x6f);
  CHECK(Read(many, 0).empty());
}

}  // namespace
}  // namespace onair::rtp
