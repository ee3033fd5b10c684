// SPDX-License-Identifier: Apache-2.0
#include "platform/devices/surface_painter.h"

#include <array>
#include <catch2/catch.hpp>
#include <cstdlib>
#include <utility>
#include <vector>

#include "core/media/turn.h"
#include "tests/platform/devices/pictures.h"

namespace onair::devices {
namespace {

constexpr int kPadding = 12;  // Bytes behind each row that are not the painter's.
constexpr std::uint8_t kUntouched = 0xA5;

struct Rgb {
  int red = 0;
  int green = 0;
  int blue = 0;
};
bool IsNear(Rgb a, Rgb b) {
  UNSCOPED_INFO("red " << a.red << " green " << a.green << " blue " << a.blue);
  return std::abs(a.red - b.red) <= 4 && std::abs(a.green - b.green) <= 4 &&
         std::abs(a.blue - b.blue) <= 4;
}

constexpr Rgb kNothing{0, 0, 0};
// Of kQuarters.
constexpr std::array<Rgb, 4> kQuartersSeen{Rgb{254, 0, 0}, Rgb{0, 255, 1}, Rgb{0, 0, 255},
                                           Rgb{255, 255, 255}};

class Screen {
 public:
  explicit Screen(PictureSize size)
      : size_(size),
        bytes_(static_cast<std::size_t>(stride()) * static_cast<std::size_t>(size.height),
               kUntouched) {}

  PixelSurface surface() { return {bytes_.data(), stride(), size_}; }
  Rgb at(int x, int y) const {
    const std::uint8_t* pixel = &bytes_[static_cast<std::size_t>(y * stride() + 4 * x)];
    return {pixel[2], pixel[1], pixel[0]};
  }
  bool IsPaddingUntouched() const {
    for (int y = 0; y < size_.height; ++y) {
      for (int i = 0; i < kPadding; ++i) {
        if (bytes_[static_cast<std::size_t>(y * stride() + 4 * size_.width + i)] != kUntouched) {
          return false;
        }
      }
    }
    return true;
  }

 private:
  int stride() const { return 4 * size_.width + kPadding; }

  PictureSize size_;
  std::vector<std::uint8_t> bytes_;
};

Picture Plain(PictureSize size, Colour colour) {
  return Painted(size, PixelFormat::kI420, [colour](int, int) { return colour; });
}

TEST_CASE("A picture fills a window of its size in its colours, whatever its layout") {
  const PixelFormat format = GENERATE(PixelFormat::kI420, PixelFormat::kNv12);
  Screen screen({64, 48});
  SurfacePainter painter;
  REQUIRE(painter.Paint(Quarters({64, 48}, format), Rotation::k0, screen.surface()));
  CHECK(IsNear(screen.at(0, 0), kQuartersSeen[0]));
  CHECK(IsNear(screen.at(63, 0), kQuartersSeen[1]));
  CHECK(IsNear(screen.at(0, 47), kQuartersSeen[2]));
  CHECK(IsNear(screen.at(63, 47), kQuartersSeen[3]));
  CHECK(screen.IsPaddingUntouched());
}

TEST_CASE("A picture stands upright however it was turned") {
  // Which quarter comes to the upper left, upper right, lower left, lower right.
  const auto [rotation, quarters] = GENERATE(table<Rotation, std::array<std::size_t, 4>>({
      {Rotation::k0, {0, 1, 2, 3}},
      {Rotation::k90, {2, 0, 3, 1}},
      {Rotation::k180, {3, 2, 1, 0}},
      {Rotation::k270, {1, 3, 0, 2}},
  }));
  const bool is_turned = rotation == Rotation::k90 || rotation == Rotation::k270;
  const PictureSize seen = is_turned ? PictureSize{48, 64} : PictureSize{64, 48};
  Screen screen(seen);
  SurfacePainter painter;
  REQUIRE(painter.Paint(Quarters({64, 48}, PixelFormat::kI420), rotation, screen.surface()));
  CHECK(IsNear(screen.at(4, 4), kQuartersSeen[quarters[0]]));
  CHECK(IsNear(screen.at(seen.width - 5, 4), kQuartersSeen[quarters[1]]));
  CHECK(IsNear(screen.at(4, seen.height - 5), kQuartersSeen[quarters[2]]));
  CHECK(IsNear(screen.at(seen.width - 5, seen.height - 5), kQuartersSeen[quarters[3]]));
}

TEST_CASE("A picture of another shape stands in the middle, and nothing old is left beside it") {
  Screen screen({640, 360});
  SurfacePainter painter;
  REQUIRE(painter.Paint(Plain({640, 360}, kQuarters[3]), Rotation::k0, screen.surface()));
  REQUIRE(painter.Paint(Plain({90, 90}, kQuarters[0]), Rotation::k0, screen.surface()));
  CHECK(IsNear(screen.at(139, 180), kNothing));
  CHECK(IsNear(screen.at(141, 180), kQuartersSeen[0]));
  CHECK(IsNear(screen.at(498, 180), kQuartersSeen[0]));
  CHECK(IsNear(screen.at(501, 180), kNothing));

  REQUIRE(painter.Paint(Plain({160, 10}, kQuarters[2]), Rotation::k0, screen.surface()));
  CHECK(IsNear(screen.at(320, 159), kNothing));
  CHECK(IsNear(screen.at(320, 161), kQuartersSeen[2]));
  CHECK(IsNear(screen.at(320, 198), kQuartersSeen[2]));
  CHECK(IsNear(screen.at(320, 201), kNothing));
  CHECK(screen.IsPaddingUntouched());
}

TEST_CASE("Every size of window and picture is painted inside its memory") {
  SurfacePainter painter;
  for (const PictureSize window : {PictureSize{1, 1}, {2, 3}, {17, 5}, {33, 61}}) {
    for (const PictureSize picture : {PictureSize{1, 1}, {1, 200}, {200, 1}, {7, 9}, {64, 48}}) {
      for (const Rotation rotation :
           {Rotation::k0, Rotation::k90, Rotation::k180, Rotation::k270}) {
        CAPTURE(window.width, window.height, picture.width, picture.height);
        Screen screen(window);
        REQUIRE(painter.Paint(Plain(picture, kQuarters[3]), rotation, screen.surface()));
        const PictureBox box = FitBox(window, Turned(picture, rotation));
        CHECK(IsNear(screen.at(box.left, box.top), kQuartersSeen[3]));
        CHECK(IsNear(screen.at(box.left + box.size.width - 1, box.top + box.size.height - 1),
                     kQuartersSeen[3]));
        CHECK(screen.IsPaddingUntouched());
      }
    }
  }
}

TEST_CASE("From 720 lines on colours are those of BT.709") {
  // Pure green: R'G'B' 0, 255, 0 by each matrix.
  constexpr Colour kGreenOf601{145, 54, 34};
  constexpr Colour kGreenOf709{173, 42, 26};
  constexpr Rgb kGreen{0, 255, 0};
  constexpr Rgb kGreenOfLibyuv{0, 255, 10};  // Its 8-bit factor for blue ends at 2, below 2.112.
  const auto seen = [](PictureSize size, Colour colour) {
    Screen screen({16, 16});
    SurfacePainter painter;
    REQUIRE(painter.Paint(Plain(size, colour), Rotation::k0, screen.surface()));
    return screen.at(8, 8);
  };
  CHECK(IsNear(seen({718, 718}, kGreenOf601), kGreen));
  CHECK(IsNear(seen({720, 720}, kGreenOf709), kGreenOfLibyuv));
  CHECK_FALSE(IsNear(seen({720, 720}, kGreenOf601), kGreen));
}

TEST_CASE("A picture keeps its shape in every window") {
  CHECK(FitBox({1280, 720}, {1280, 720}) == PictureBox{0, 0, {1280, 720}});
  CHECK(FitBox({1280, 720}, {640, 360}) == PictureBox{0, 0, {1280, 720}});
  CHECK(FitBox({1280, 720}, {720, 1280}) == PictureBox{437, 0, {405, 720}});
  CHECK(FitBox({100, 100}, {8192, 1}) == PictureBox{0, 49, {100, 1}});
}

}  // namespace
}  // namespace onair::devices
