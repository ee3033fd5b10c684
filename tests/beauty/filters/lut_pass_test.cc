// SPDX-License-Identifier: Apache-2.0
#include "beauty/filters/lut_pass.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <string>

#include "beauty/filters/colour.h"
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

Rgb Grey(const Rgb& c) {
  const float luma = 0.2126F * c[0] + 0.7152F * c[1] + 0.0722F * c[2];
  return {luma, luma, luma};
}
// Film's curve, with cold shadows and warm lights.
Rgb Film(const Rgb& c) {
  const auto curve = [](float v) { return v * v * (3 - 2 * v); };
  return {curve(c[0]), 0.03F + 0.94F * curve(c[1]), 0.1F + 0.8F * curve(c[2])};
}
Rgb Swapped(const Rgb& c) {
  return {c[2], c[1], c[0]};
}

Picture Apply(const Picture& from, const CubeLut& lut, float strength) {
  auto to = *PictureBuilder::Allocate(PixelFormat::kI420, from.size());
  Paint(PlanesOf(to), [&](std::size_t p, int x, int y) { return At(from, p, x, y); });
  LutPass pass;
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
  struct Case {
    const char* name;
    Rgb (*change)(const Rgb&);
    double worst;  // Codes.
    double mean;
  };
  // A row of chroma samples for each V, a luma code every 2x2 pixels.
  constexpr int kLow = 80, kStep = 9, kChroma = 11, kLumas = 25;
  for (const auto& [name, change, most, most_mean] :
       {Case{"warm", Warm, 0.9, 0.27},
        {"film", Film, 1.8, 0.32},
        {"grey", Grey, 1.5, 0.2},
        {"red and blue swapped", Swapped, 2.5, 0.32}}) {
    const CubeLut lut = Made(change);
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
          const auto [least, largest] = std::minmax_element(rgb.begin(), rgb.end());
          if (*least < 0 || *largest > 1) continue;  // No colour has these codes.
          const Yuv wanted = ToYuv(lut.At(rgb), matrix);
          for (const double off : {At(out, 0, 2 * x, 2 * y) - wanted.y, At(out, 1, x, y) - wanted.u,
                                   At(out, 2, x, y) - wanted.v}) {
            worst = std::max(worst, std::abs(off));
            sum += std::abs(off);
            ++count;
          }
        }
      }
      CAPTURE(name, height, worst, sum / count);
      CHECK(count > 1000);
      CHECK(worst < most);
      CHECK(sum / count < most_mean);
    }
  }
}

TEST_CASE("A table works on whole pictures of any size, the last odd row and column once") {
  const CubeLut lut = Made(Film);
  for (const PictureSize size : {PictureSize{1, 1}, {3, 3}, {2, 5}, {7, 2}}) {
    const Picture out = Apply(Flat(size, 60, 120, 140), lut, 1);
    const int y = At(out, 0, 0, 0), u = At(out, 1, 0, 0), v = At(out, 2, 0, 0);
    CHECK(y < 60);
    CHECK(SamePixels(out, Flat(size, y, u, v)));
  }
}

TEST_CASE("Codes that no colour has stay bytes: none runs over from white to black") {
  const Picture from = Painted({512, 512}, [](std::size_t p, int x, int y) {
    return p == 0 ? (x / 2 % 2 == 0 ? 0 : 255) : p == 1 ? x : y;
  });
  for (const auto change : {Swapped, Grey, Film}) {
    const Picture out = Apply(from, Made(change), 1);
    for (int y = 0; y < 255; ++y) {
      for (int x = 0; x < 253; ++x) {
        // Two chromas further, same luma: no table here is that steep.
        REQUIRE(std::abs(At(out, 0, 2 * x, 2 * y) - At(out, 0, 2 * x + 4, 2 * y)) < 60);
        REQUIRE(std::abs(At(out, 1, x, y) - At(out, 1, x + 2, y)) < 60);
        REQUIRE(std::abs(At(out, 2, x, y) - At(out, 2, x + 2, y)) < 60);
      }
    }
  }
}

TEST_CASE("Another table and another strength hold at once") {
  const Picture from = Flat({4, 4}, 120, 110, 150);
  LutPass pass;
  const auto now = [&](float strength) {
    auto to = *PictureBuilder::Allocate(PixelFormat::kI420, from.size());
    Paint(PlanesOf(to), [&](std::size_t p, int x, int y) { return At(from, p, x, y); });
    pass.Apply(strength, PlanesOf(to));
    return std::move(to).Freeze();
  };
  for (const auto change : {Warm, Grey, Same}) {
    pass.SetLut(Made(change), from.size());
    for (const float strength : {1.0F, 0.5F, 0.0F}) {
      CHECK(SamePixels(now(strength), Apply(from, Made(change), strength)));
    }
  }
}

TEST_CASE("Half the strength goes half the way") {
  const Picture from = Flat({4, 4}, 120, 110, 150);
  const int full = At(Apply(from, Made(Warm), 1), 1, 0, 0) - 110;
  const int half = At(Apply(from, Made(Warm), 0.5F), 1, 0, 0) - 110;
  CHECK(full != 0);
  CHECK(half == Approx(full / 2.0).margin(1));
}
