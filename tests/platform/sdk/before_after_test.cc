// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/before_after.h"

#include <algorithm>
#include <catch2/catch.hpp>

namespace onair {
namespace {

Picture Flat(PictureSize size, std::uint8_t value, PixelFormat format = PixelFormat::kI420) {
  auto builder = PictureBuilder::Allocate(format, size);
  REQUIRE(builder);
  const std::size_t planes = format == PixelFormat::kI420 ? 3 : 2;
  for (std::size_t i = 0; i < planes; ++i) {
    const int rows = i == 0 ? size.height : ChromaSide(size.height);
    std::fill_n(builder->plane(i).data, std::ptrdiff_t{rows} * builder->plane(i).stride_bytes,
                value);
  }
  return std::move(*builder).Freeze();
}

TEST_CASE("Before and after meet at the split, in luma and chroma") {
  const PictureSize size{41, 23};
  const auto both = BeforeAfter(Flat(size, 10), Flat(size, 200), 0.5F);

  REQUIRE(both);
  for (int row = 0; row < size.height; ++row) {
    const auto* luma = both->plane(0).data + std::ptrdiff_t{row} * both->plane(0).stride_bytes;
    CHECK(std::count(luma, luma + 20, 10) == 20);
    CHECK(luma[20] > 200);  // The line.
    CHECK(std::count(luma + 22, luma + 41, 200) == 19);
  }
  for (std::size_t plane = 1; plane < 3; ++plane) {
    const auto* chroma = both->plane(plane).data;
    CHECK(chroma[9] == 10);
    CHECK(chroma[10] == 200);
    CHECK(chroma[20] == 200);
  }
}

TEST_CASE("A split at or beyond a border shows one side only") {
  const PictureSize size{16, 16};
  const auto after = BeforeAfter(Flat(size, 10), Flat(size, 200), -1.0F);
  const auto before = BeforeAfter(Flat(size, 10), Flat(size, 200), 2.0F);

  REQUIRE(after);
  REQUIRE(before);
  CHECK(after->plane(0).data[15] == 200);
  CHECK(before->plane(0).data[15] == 10);
}

TEST_CASE("Pictures of two kinds have no before and after") {
  CHECK_FALSE(BeforeAfter(Flat({16, 16}, 1), Flat({16, 18}, 1), 0.5F));
  CHECK_FALSE(BeforeAfter(Flat({16, 16}, 1, PixelFormat::kNv12), Flat({16, 16}, 1), 0.5F));
}

}  // namespace
}  // namespace onair
