// SPDX-License-Identifier: Apache-2.0
#include "beauty/filters/watermark.h"

#include <catch2/catch.hpp>

#include "tests/beauty/support/pictures.h"

using namespace onair;
using namespace onair::beauty;
using namespace onair::beauty::test;

namespace {

constexpr int kGrey = 120;

Watermark Mark(PictureSize size, std::array<std::uint8_t, 4> rgba, int x, int y) {
  Watermark mark{size, {}, x, y};
  for (int i = 0; i < size.width * size.height; ++i) {
    mark.rgba.insert(mark.rgba.end(), rgba.begin(), rgba.end());
  }
  return mark;
}

Picture Drawn(const Watermark& mark, PictureSize size) {
  REQUIRE(mark.Validate());
  auto builder = *PictureBuilder::Allocate(PixelFormat::kI420, size);
  Paint(PlanesOf(builder), [](std::size_t p, int, int) { return p == 0 ? kGrey : 128; });
  WatermarkLayer(mark, size).Draw(PlanesOf(builder));
  return std::move(builder).Freeze();
}

constexpr std::array<std::uint8_t, 4> kRed{255, 0, 0, 255};
constexpr int kRedV601 = 240;

}  // namespace

TEST_CASE("An opaque mark replaces the pixels below it and no others") {
  const Picture out = Drawn(Mark({4, 4}, kRed, 6, 2), {16, 8});
  CHECK(At(out, 0, 6, 2) == 81);  // Red in BT.601.
  CHECK(At(out, 0, 9, 5) == 81);
  CHECK(At(out, 0, 5, 2) == kGrey);
  CHECK(At(out, 0, 10, 5) == kGrey);
  CHECK(At(out, 0, 6, 6) == kGrey);
  CHECK(At(out, 2, 3, 1) == kRedV601);
  CHECK(At(out, 2, 2, 1) == 128);
  CHECK(At(out, 2, 5, 1) == 128);
}

TEST_CASE("At an odd place chroma takes as much of the mark as covers it") {
  const Picture out = Drawn(Mark({4, 4}, kRed, 5, 3), {16, 12});
  CHECK(At(out, 2, 3, 2) == kRedV601);
  CHECK(At(out, 2, 2, 2) == Approx(128 + (kRedV601 - 128) / 2).margin(1));  // Half of its columns.
  CHECK(At(out, 2, 2, 1) == Approx(128 + (kRedV601 - 128) / 4).margin(1));  // One pixel of four.
  CHECK(At(out, 2, 4, 3) == Approx(128 + (kRedV601 - 128) / 4).margin(1));
}

TEST_CASE("A half transparent mark lies half way") {
  const Picture out = Drawn(Mark({2, 2}, {255, 255, 255, 128}, 0, 0), {4, 4});
  CHECK(At(out, 0, 0, 0) == Approx((235 * 128 + kGrey * 127) / 255.0).margin(1));
  CHECK(At(out, 1, 0, 0) == Approx(128).margin(1));
}

TEST_CASE("A transparent mark changes nothing, whatever its colour") {
  CHECK(SamePixels(Drawn(Mark({4, 4}, {255, 9, 77, 0}, 1, 1), {9, 7}),
                   Flat({9, 7}, kGrey, 128, 128)));
}

TEST_CASE("Marks are clipped at every border, far away too") {
  const PictureSize size{7, 5};
  for (const int x : {-2'000'000'000, -9, -3, 0, 5, 6, 7, 2'000'000'000}) {
    for (const int y : {-2'000'000'000, -9, -3, 0, 3, 4, 5, 2'000'000'000}) {
      const Picture out = Drawn(Mark({4, 4}, kRed, x, y), size);
      for (int py = 0; py < size.height; ++py) {
        for (int px = 0; px < size.width; ++px) {
          const std::int64_t dx = std::int64_t{px} - x, dy = std::int64_t{py} - y;
          const bool is_under = dx >= 0 && dx < 4 && dy >= 0 && dy < 4;
          REQUIRE(At(out, 0, px, py) == (is_under ? 81 : kGrey));
        }
      }
    }
  }
}

TEST_CASE("A mark with another number of bytes is refused") {
  Watermark mark = Mark({4, 4}, kRed, 0, 0);
  mark.rgba.pop_back();
  CHECK(mark.Validate().error().code == ErrorCode::kInvalidConfig);
  CHECK_FALSE((Watermark{{0, 4}, {}, 0, 0}.Validate()));
  CHECK_FALSE((Watermark{{1 << 30, 1 << 30}, {}, 0, 0}.Validate()));
}
