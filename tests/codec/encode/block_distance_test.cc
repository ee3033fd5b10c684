// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/block_distance.h"

#include <catch2/catch.hpp>
#include <random>
#include <vector>

namespace onair::codec {
namespace {

std::vector<std::uint8_t> RandomBytes(std::size_t count, unsigned seed, int lowest, int highest) {
  std::mt19937 random(seed);
  std::uniform_int_distribution<int> byte(lowest, highest);
  std::vector<std::uint8_t> bytes(count);
  for (auto& b : bytes) b = static_cast<std::uint8_t>(byte(random));
  return bytes;
}

TEST_CASE("Block distances many at a time are those of one block after the other") {
  constexpr std::ptrdiff_t kStride = 83;  // Nothing is aligned.
  for (std::size_t blocks = 1; blocks <= 19; ++blocks) {
    for (const auto& [lowest, highest] : {std::pair(0, 255), std::pair(100, 110)}) {
      const auto a = RandomBytes(4 * kStride, 1, lowest, highest);
      const auto b = RandomBytes(4 * kStride, 2, lowest, highest);
      for (const std::ptrdiff_t stride : {kStride, std::ptrdiff_t{0}}) {
        std::vector<std::uint16_t> sums(blocks);
        BlockDistances({a.data(), kStride}, {b.data(), stride}, sums);
        for (std::size_t i = 0; i < blocks; ++i) {
          CAPTURE(blocks, i, stride);
          CHECK(sums[i] ==
                PlainBlockDistance({a.data() + 4 * i, kStride}, {b.data() + 4 * i, stride}));
        }
      }
    }
  }
}

TEST_CASE("Black and white blocks are as far apart as can be") {
  const std::vector<std::uint8_t> black(16, 0);
  const std::vector<std::uint8_t> white(16, 255);
  std::vector<std::uint16_t> sums(4);
  BlockDistances({black.data(), 0}, {white.data(), 0}, sums);
  CHECK(sums == std::vector<std::uint16_t>(4, 16 * 255));
  BlockDistances({white.data(), 0}, {black.data(), 0}, sums);
  CHECK(sums == std::vector<std::uint16_t>(4, 16 * 255));
}

}  // namespace
}  // namespace onair::codec
