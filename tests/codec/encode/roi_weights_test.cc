// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/roi_weights.h"

#include <catch2/catch.hpp>
#include <limits>

#include "core/base/rng.h"

namespace onair::codec {
namespace {

using enum RoiWeights::Easing;

constexpr PictureSize kSize{1280, 720};

RoiMap Face(float x, float y, float quality = 1) {
  return {{{x, y, 0.2F, 0.4F, quality}}};
}

float At(const RoiWeights& weights, float x, float y) {
  const auto grid = BlockGrid::Of(kSize);
  return weights
      .weights()[grid.At(static_cast<int>(x * 1280 / 16), static_cast<int>(y * 720 / 16))];
}

TEST_CASE("A region weighs its quality inside, nothing outside, and falls softly between") {
  RoiWeights weights(kSize);
  weights.Follow(Face(0.4F, 0.3F), kAtOnce);

  CHECK(At(weights, 0.5F, 0.5F) == 1);
  CHECK(At(weights, 0.41F, 0.31F) == 1);
  CHECK(At(weights, 0.1F, 0.5F) == 0);
  CHECK(At(weights, 0.5F, 0.05F) == 0);
  float before = 1;
  int between = 0;
  for (float x = 0.6F; x < 0.8F; x += 0.0125F) {
    const float weight = At(weights, x, 0.5F);
    CHECK(weight <= before);
    if (weight > 0 && weight < 1) ++between;
    before = weight;
  }
  CHECK(before == 0);
  CHECK(between >= 2);
}

TEST_CASE("A shorter ramp leaves more of the rest alone") {
  RoiWeights wide(kSize);
  RoiWeights narrow(kSize, 1);
  wide.Follow(Face(0.4F, 0.3F), kAtOnce);
  narrow.Follow(Face(0.4F, 0.3F), kAtOnce);
  CHECK(At(narrow, 0.5F, 0.5F) == 1);
  CHECK(narrow.area() < wide.area());
  CHECK(At(wide, 0.62F, 0.5F) > 0);
  CHECK(At(narrow, 0.62F, 0.5F) == 0);
}

TEST_CASE("A region is eased in and out and at once on key frames") {
  RoiWeights weights(kSize);
  weights.Follow(Face(0.4F, 0.3F), kEased);
  CHECK(At(weights, 0.5F, 0.5F) == Approx(0.1));
  for (int i = 0; i < 9; ++i) weights.Follow(Face(0.4F, 0.3F), kEased);
  CHECK(At(weights, 0.5F, 0.5F) == Approx(1));

  weights.Follow(std::nullopt, kEased);
  CHECK(At(weights, 0.5F, 0.5F) == Approx(0.9));
  CHECK_FALSE(weights.is_flat());
  weights.Follow(std::nullopt, kAtOnce);
  CHECK(At(weights, 0.5F, 0.5F) == 0);
  CHECK(weights.is_flat());
}

TEST_CASE("A face that stands still under a jittering detector changes no weight") {
  RoiWeights weights(kSize);
  weights.Follow(Face(0.4F, 0.3F), kAtOnce);
  const auto before = weights.changes();
  Rng rng(7);
  for (int i = 0; i < 300; ++i) {
    // 2 % of the face to each side.
    const auto jitter = [&] { return 0.004F * static_cast<float>(2 * rng.Fraction() - 1); };
    weights.Follow(Face(0.4F + jitter(), 0.3F + jitter()), kEased);
  }
  CHECK(weights.changes() == before);
}

TEST_CASE("A face that moves takes its weight along in the same picture") {
  RoiWeights weights(kSize);
  weights.Follow(Face(0.2F, 0.3F), kAtOnce);
  weights.Follow(Face(0.26F, 0.3F), kEased);
  CHECK(At(weights, 0.45F, 0.5F) == 1);
  CHECK(At(weights, 0.21F, 0.5F) == 0);
}

TEST_CASE(
    "Where regions overlap the highest quality wins and bad ones count where no good one is") {
  RoiWeights weights(kSize);
  weights.Follow(RoiMap{{{0, 0, 1, 1, -1}, {0.4F, 0.4F, 0.2F, 0.2F, 0.5F}}}, kAtOnce);
  CHECK(At(weights, 0.5F, 0.5F) == Approx(0.5));
  CHECK(At(weights, 0.05F, 0.05F) == -1);
}

TEST_CASE("Regions that are no regions are passed over and 17 are 16") {
  const float nan = std::numeric_limits<float>::quiet_NaN();
  const float inf = std::numeric_limits<float>::infinity();
  RoiWeights weights(kSize);
  weights.Follow(RoiMap{{{nan, 0, 1, 1, 1},
                         {0, 0, inf, 1, 1},
                         {0, 0, 0, 1, 1},
                         {2, 0, 1, 1, 1},
                         {0, 0, 1, 1, nan},
                         {0.5F, -9, 1, 1, 1}}},
                 kAtOnce);
  CHECK(weights.is_flat());

  RoiMap many;
  for (int i = 0; i < 17; ++i) {
    many.regions.push_back({static_cast<float>(i) / 17, 0.2F, 0.02F, 0.1F, 1});
  }
  weights.Follow(many, kAtOnce);
  CHECK(At(weights, 15.3F / 17, 0.25F) > 0.5F);
  CHECK(At(weights, 0.99F, 0.25F) < 0.5F);
}

TEST_CASE("A region partly or wholly larger than the picture covers what is there") {
  RoiWeights weights(kSize);
  weights.Follow(RoiMap{{{-50, -50, 100, 100, 1}}}, kAtOnce);
  CHECK(weights.area() == 1);
}

TEST_CASE("A map that names other regions in each picture does not grow") {
  RoiWeights weights({64, 64});
  Rng rng(1);
  for (int i = 0; i < 200; ++i) {
    RoiMap map;
    for (int k = 0; k < 16; ++k) {
      const auto place = [&] { return static_cast<float>(rng.Fraction()); };
      map.regions.push_back({place(), place(), 0.01F, 0.01F, 1});
    }
    weights.Follow(map, kEased);
  }
  for (int i = 0; i < 11; ++i) weights.Follow(std::nullopt, kEased);
  CHECK(weights.is_flat());
}

TEST_CASE("The smallest pictures have a block") {
  RoiWeights weights({1, 1});
  weights.Follow(Face(0, 0), kAtOnce);
  REQUIRE(weights.weights().size() == 1);
}

}  // namespace
}  // namespace onair::codec
