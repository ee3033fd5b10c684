// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/rtcp/nack.h"

#include <vector>

#include "core/base/rng.h"
#include "tests/support/seed.h"
#include "tests/transport/rtp/rtcp/wire.h"

namespace onair::rtp::rtcp {
namespace {

std::vector<std::uint16_t> Missing(const Nack& nack) {
  std::vector<std::uint16_t> out;
  nack.ForEach([&](std::uint16_t sequence) { out.push_back(sequence); });
  return out;
}

TEST_CASE("A request for lost packets has the bytes of RFC 4585") {
  const std::uint16_t missing[] = {100, 101, 116, 117};
  const Bytes bytes = Written([&](SpanWriter& out) { CHECK(WriteNack(1, 2, missing, out) == 4); });
  CHECK(bytes == Bytes{0x81, 205, 0,    4,    0, 0,   0, 1, 0, 0, 0, 2,  //
                       0,    100, 0x80, 0x01, 0, 117, 0, 0});
}

TEST_CASE("Requests come back through the wrap of sequence numbers") {
  const std::uint64_t seed = test::Seed();
  INFO(test::SeedNote(seed));
  Rng rng(seed);
  for (int round = 0; round < 200; ++round) {
    std::vector<std::uint16_t> missing;
    auto at = static_cast<std::uint16_t>(65'000 + rng.Below(600));
    const std::uint64_t count = 1 + rng.Below(100);
    for (std::uint64_t i = 0; i < count; ++i) {
      missing.push_back(at);
      at = static_cast<std::uint16_t>(at + 1 + rng.Below(20));
    }
    const Bytes bytes =
        Written([&](SpanWriter& out) { CHECK(WriteNack(1, 2, missing, out) == missing.size()); });
    const auto got = ReadNack(First(bytes));
    REQUIRE(got);
    CHECK(got->media_ssrc == 2);
    CHECK(Missing(*got) == missing);
  }
}

TEST_CASE("A request takes what fits and says how much that was") {
  std::array<std::uint8_t, 20> room{};
  SpanWriter out(room);
  const std::uint16_t missing[] = {1, 100, 200, 300};
  CHECK(WriteNack(1, 2, missing, out) == 2);
  CHECK(out.size() == 20);

  SpanWriter none(std::span<std::uint8_t>(room).first(15));
  CHECK(WriteNack(1, 2, missing, none) == 0);
  CHECK(none.size() == 0);
}

TEST_CASE("A request of odd length is refused") {
  const std::uint16_t missing[] = {1};
  const Bytes bytes = Written([&](SpanWriter& out) { WriteNack(1, 2, missing, out); });
  Block block = First(bytes);
  block.body = block.body.first(10);
  CHECK_FALSE(ReadNack(block));
  block.body = block.body.first(7);
  CHECK_FALSE(ReadNack(block));
}

}  // namespace
}  // namespace onair::rtp::rtcp
