// SPDX-License-Identifier: Apache-2.0
#include "beauty/filters/lut_pass.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <string>

#include "beauty/filters/colour.h"
#include "beauty/filters/isa.h"
#include "tests/beauty/support/pictures.h"

using namespace onair;
using namespace onair::beauty;
using namespace onair::beauty::test;

namespace {

CubeLut Made(Rgb (*change)(const Rgb&)) {
  std::string text = "LUT_3D_SIZE 17\n";
  for (int i = 0; i < 17 * 17 * 17; ++i) {
    const Rgb out = change({static_cast<float>(i % 17) / 16, static_cast<float>(i / 17 % 17) / 16,
                            static_cast<float>(i / 289) / 16});
    for (const float c : out) text += std::to_string(c) + " ";
    text += "\n";
  }
  return *CubeLut::Parse(text);
}

Rgb Same(const Rgb& c) {
  return c;
}
Rgb Warm(const Rgb& c) {
  return {c[0] + 0.2F * c[0] * (1 - c[0]), c[1], 0.9F * c[2]};
}

Picture Apply(const Picture& from, const CubeLut& lut, float strength) {
  auto to = *PictureBuilder::Allocate(PixelFormat::kI420, from.size());
  Paint(PlanesOf(to), [&](std::size_t p, int x, int y) { return At(from, p, x, y); });
  LutPass pass(BestKernels());
  pass.SetLut(lut, from.size());
  pass.Apply(strength, PlanesOf(to));
  return std::move(to).Freeze();
}

Picture Colours(PictureSize size) {
  return Painted(size, [](std::size_t p, int x, int y) {
    return p == 0 ? (x * 5 + y * 3) % 256 : p == 1 ? (x * 7 + 31) % 256 : (y * 11 + 77) % 256;
  });
}

}  // namespace

TEST_CASE("An identity table and strength 0 leave every pixel, at any size") {
  for (const PictureSize size : {PictureSize{1, 1}, {2, 2}, {7, 5}, {853, 480}}) {
    const Picture from = Colours(size);
    CHECK(SamePixels(Apply(from, Made(Same), 1), from));
    CHECK(SamePixels(Apply(from, Made(Warm), 0), from));
  }
}

TEST_CASE("In YUV a table gives nearly what it gives in RGB, in both colour matrices") {
  const CubeLut lut = Made(Warm);
  // A row of chroma samples for each V, a luma code every 2x2 pixels.
  constexpr int kLow = 80, kStep = 9, kChroma = 11, kLumas = 25;
  for (const int height : {2 * kChroma, 720}) {
    const PictureSize size{2 * kLumas * kChroma, height};
    const ColourMatrix matrix = MatrixFor(size);
    const auto colour = [&](int x, int y) {
      return Yuv{static_cast<float>(16 + x % kLumas * kStep),
                 static_cast<float>(kLow + x / kLumas * kStep),
                 static_cast<float>(kLow + y % kChroma * kStep)};
    };
    const Picture from = Painted(size, [&](std::size_t p, int x, int y) {
      const Yuv c = p == 0 ? colour(x / 2, y / 2) : colour(x, y);
      return static_cast<int>(p == 0 ? c.y : p == 1 ? c.u : c.v);
    });
    const Picture out = Apply(from, lut, 1);
    double worst = 0, sum = 0, count = 0;
    for (int y = 0; y < kChroma; ++y) {
      for (int x = 0; x < kLumas * kChroma; ++x) {
        const Rgb rgb = ToRgb(colour(x, y), matrix);
        const auto [least, most] = std::minmax_element(rgb.begin(), rgb.end());
        if (*least < 0 || *most > 1) continue;  // No colour has these codes.
        const Yuv wanted = ToYuv(lut.At(rgb), matrix);
        for (const double off : {At(out, 0, 2 * x, 2 * y) - wanted.y, At(out, 1, x, y) - wanted.u,
                                 At(out, 2, x, y) - wanted.v}) {
          worst = std::max(worst, std::abs(off));
          sum += std::abs(off);
          ++count;
        }
      }
    }
    CHECK(count > 1000);
    CHECK(worst < 2.5);
    CHECK(sum / count < 0.5);
  }
}

TEST_CASE("Half the strength goes half the way") {
  const Picture from = Flat({4, 4}, 120, 110, 150);
  const int full = At(Apply(from, Made(Warm), 1), 1, 0, 0) - 110;
  const int half = At(Apply(from, Made(Warm), 0.5F), 1, 0, 0) - 110;
  CHECK(full != 0);
  CHECK(half == Approx(full / 2.0).margin(1));
}
