// SPDX-License-Identifier: Apache-2.0
#include "samples/quality/canvas.h"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <functional>

namespace onair::samples {
namespace {

using Painter = std::function<int(std::size_t, int, int)>;

Picture Painted(PixelFormat format, PictureSize size, const Painter& painter) {
  auto builder = *PictureBuilder::Allocate(format, size);
  for (std::size_t p = 0; p < 3; ++p) {
    const bool is_shared = format == PixelFormat::kNv12 && p > 0;
    const Plane plane = builder.plane(is_shared ? 1 : p);
    const int rows = p == 0 ? size.height : ChromaSide(size.height);
    const int columns = p == 0 ? size.width : ChromaSide(size.width);
    for (int y = 0; y < rows; ++y) {
      for (int x = 0; x < columns; ++x) {
        const int at = is_shared ? 2 * x + static_cast<int>(p) - 1 : x;
        plane.data[y * plane.stride_bytes + at] = static_cast<std::uint8_t>(painter(p, x, y));
      }
    }
  }
  return std::move(builder).Freeze();
}
int At(const Picture& picture, std::size_t p, int x, int y) {
  return picture.plane(p).data[y * picture.plane(p).stride_bytes + x];
}
int Gradient(std::size_t p, int x, int y) {
  return static_cast<int>(p) * 60 + 3 * x + y;
}

TEST_CASE("A part at twice its size has each pixel four times") {
  const Picture picture = Painted(PixelFormat::kI420, {32, 16}, Gradient);
  const auto zoomed = Resampled(picture, {4, 2, 8, 6}, {16, 12});
  REQUIRE(zoomed);
  for (int y = 0; y < 12; ++y) {
    for (int x = 0; x < 16; ++x) {
      REQUIRE(At(*zoomed, 0, x, y) == Gradient(0, 4 + x / 2, 2 + y / 2));
    }
  }
  CHECK(At(*zoomed, 2, 3, 1) == Gradient(2, 2 + 1, 1));
}

TEST_CASE("Half the size is the mean of four pixels") {
  const auto board = [](std::size_t, int x, int y) { return (x + y) % 2 == 0 ? 40 : 60; };
  const auto half = Resampled(Painted(PixelFormat::kI420, {16, 16}, board), {0, 0, 16, 16}, {8, 8});
  REQUIRE(half);
  for (int i = 0; i < 8; ++i) CHECK(At(*half, 0, i, 7 - i) == 50);
}

TEST_CASE("A third of a pixel counts for a third") {
  const auto steps = [](std::size_t, int x, int) { return 30 * x; };
  const auto out = Resampled(Painted(PixelFormat::kI420, {4, 2}, steps), {0, 0, 4, 2}, {3, 2});
  REQUIRE(out);
  CHECK(At(*out, 0, 0, 0) == Approx(30 * 0.25).margin(0.6));
  CHECK(At(*out, 0, 1, 0) == 45);
}

TEST_CASE("Interleaved chroma comes out as planes") {
  const Picture nv12 = Painted(PixelFormat::kNv12, {16, 8}, Gradient);
  const auto same = Resampled(nv12, {0, 0, 16, 8}, {16, 8});
  REQUIRE(same);
  CHECK(At(*same, 1, 5, 3) == Gradient(1, 5, 3));
  CHECK(At(*same, 2, 5, 3) == Gradient(2, 5, 3));
}

TEST_CASE("Colours keep their meaning on a canvas of the other matrix") {
  // Full red: BT.601 on the small picture, BT.709 on the large one.
  const Picture red = Painted(PixelFormat::kI420, {16, 16}, [](std::size_t p, int, int) {
    return p == 0 ? 81 : p == 1 ? 90 : 240;
  });
  auto canvas = *Canvas::Make({64, 720});
  REQUIRE(canvas.Paste(red, {0, 0, 16, 16}, {8, 8, 16, 16}));
  const Picture out = std::move(canvas).Freeze();
  CHECK(std::abs(At(out, 0, 8, 8) - 63) <= 1);
  CHECK(std::abs(At(out, 1, 4, 4) - 102) <= 1);
  CHECK(std::abs(At(out, 2, 4, 4) - 240) <= 1);
  CHECK(std::abs(At(out, 0, 23, 23) - 63) <= 1);
  CHECK(At(out, 0, 24, 24) == At(out, 0, 0, 0));

  auto small = *Canvas::Make({64, 64});
  REQUIRE(small.Paste(red, {0, 0, 16, 16}, {8, 8, 16, 16}));
  CHECK(At(std::move(small).Freeze(), 0, 8, 8) == 81);
}

TEST_CASE("Frames and words that leave the canvas are cut off") {
  auto canvas = *Canvas::Make({64, 64});
  canvas.Frame({-10, -10, 200, 30});
  canvas.Frame({60, 60, 1000, 1000});
  canvas.Write("far too long for this place and this canvas", {50, 58, 100, 20});
  const Picture out = std::move(canvas).Freeze();
  CHECK(At(out, 0, 30, 19) == 235);
  CHECK(At(out, 0, 30, 20) == 16);
  CHECK(At(out, 0, 62, 60) == 235);
}

TEST_CASE("A canvas larger than any picture is refused") {
  CHECK(Canvas::Make({kMaxPictureSide + 2, 64}).error().code == ErrorCode::kInvalidConfig);
}

}  // namespace
}  // namespace onair::samples
