// SPDX-License-Identifier: Apache-2.0
#include "beauty/filters/background_pass.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <limits>

#include "beauty/filters/isa.h"
#include "tests/beauty/support/pictures.h"

using namespace onair;
using namespace onair::beauty;
using namespace onair::beauty::test;

namespace {

constexpr PictureSize kSize{640, 360};
const RoiMap kMiddle{{{0.4F, 0.3F, 0.2F, 0.4F, 1}}};

Picture Stripes(PictureSize size) {
  return Painted(size, [](std::size_t p, int x, int) {
    return p == 0 ? 100 + 40 * (x / 2 % 2) : 120 + 8 * (x % 2);
  });
}

Picture Apply(const Picture& from, float strength, const RoiMap& map) {
  auto to = *PictureBuilder::Allocate(PixelFormat::kI420, from.size());
  Paint(PlanesOf(to), [&](std::size_t p, int x, int y) { return At(from, p, x, y); });
  BackgroundPass(BestKernels()).Apply(strength, map, PlanesOf(to));
  return std::move(to).Freeze();
}

int Contrast(const Picture& picture, int x, int y) {
  return std::abs(At(picture, 0, x, y) - At(picture, 0, x + 2, y));
}

}  // namespace

TEST_CASE("Detail stays in a region and goes far from it, without a border between") {
  const Picture from = Stripes(kSize);
  const Picture out = Apply(from, 1, kMiddle);
  CHECK(Contrast(out, 320, 180) == 40);
  CHECK(Contrast(out, 20, 20) < 10);
  int last = 40;
  for (int x = 256; x >= 20; x -= 4) {
    const int now = Contrast(out, x, 180);
    CHECK(now <= last + 1);
    CHECK(now >= last - 8);
    last = now;
  }
  CHECK(At(out, 1, 10, 10) == Approx(124).margin(1));
}

TEST_CASE("Without a region of quality, or strength, nothing is softened") {
  const Picture from = Stripes(kSize);
  CHECK(SamePixels(Apply(from, 1, {}), from));
  CHECK(SamePixels(Apply(from, 1, {{{0.4F, 0.3F, 0.2F, 0.4F, -1}}}), from));
  CHECK(SamePixels(Apply(from, 0, kMiddle), from));
}

TEST_CASE("Odd sizes and regions that are no numbers are taken") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  for (const PictureSize size : {PictureSize{1, 1}, {2, 2}, {3, 7}, {853, 480}}) {
    for (const RoiMap& map :
         {kMiddle, RoiMap{{{nan, nan, nan, nan, 1}}}, RoiMap{{{-9, 1e30F, 1e30F, 1, 2}}}}) {
      CHECK(Apply(Stripes(size), 1, map).size() == size);
    }
  }
}
