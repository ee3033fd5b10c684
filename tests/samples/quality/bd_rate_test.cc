// SPDX-License-Identifier: Apache-2.0
#include "samples/quality/bd_rate.h"

#include <catch2/catch.hpp>
#include <vector>

namespace onair::samples {
namespace {

using Curve = std::vector<RatePoint>;

const Curve kBase{{85.95, 31.42}, {157.11, 34.24}, {309.58, 37.18}, {686.76, 40.28}};
const Curve kTest{{112.75, 31.24}, {204.93, 34.17}, {407.80, 37.21}, {893.34, 40.39}};

Curve Scaled(const Curve& curve, double factor) {
  Curve out = curve;
  for (RatePoint& point : out) point.kbps *= factor;
  return out;
}

TEST_CASE("The cubic BD-rate of a known pair of curves is that of its exact integrals") {
  CHECK(*BdRatePercent(kBase, kTest, CurveFit::kCubic) == Approx(31.397374).margin(1e-3));
  CHECK(*BdRatePercent(kTest, kBase, CurveFit::kCubic) ==
        Approx((1 / 1.31397374 - 1) * 100).margin(1e-3));
}

TEST_CASE("Pchip agrees with the cubic on curves that bend gently") {
  CHECK(*BdRatePercent(kBase, kTest, CurveFit::kPchip) == Approx(31.4).margin(0.5));
}

TEST_CASE("An encoder that takes four fifths of the bits at equal quality saves 20 percent") {
  for (const auto fit : {CurveFit::kCubic, CurveFit::kPchip}) {
    CHECK(*BdRatePercent(kBase, Scaled(kBase, 0.8), fit) == Approx(-20).margin(1e-6));
  }
  CHECK(*BdRatePercent(kBase, kBase, CurveFit::kCubic) == Approx(0).margin(1e-9));
}

TEST_CASE("A cubic is fitted to more than four points and does not care for their order") {
  Curve five = kBase;
  five.insert(five.begin(), {450, 38.74});
  const auto bd = BdRateOf(five, Scaled(five, 1.5));
  REQUIRE(bd);
  CHECK(bd->fit == CurveFit::kCubic);
  CHECK(bd->percent == Approx(50).margin(1e-6));
}

TEST_CASE("Half a decibel more at every rate is half a decibel") {
  Curve better = kBase;
  for (RatePoint& point : better) point.quality += 0.5;
  CHECK(*BdQuality(kBase, better) == Approx(0.5).margin(1e-9));
}

TEST_CASE("A curve that falls with the rate is measured by pchip over what rises") {
  const Curve noisy{{100, 38.0}, {200, 39.0}, {400, 38.9}, {800, 40.0}};
  const auto bd = BdRateOf(noisy, Scaled(noisy, 0.5));
  REQUIRE(bd);
  CHECK(bd->fit == CurveFit::kPchip);
  CHECK(bd->percent == Approx(-50).margin(1e-6));
}

TEST_CASE("A cubic that swings between its points gives way to pchip") {
  const Curve swinging{{100, 30.0}, {110, 36.0}, {800, 36.2}, {900, 42.0}};
  const auto bd = BdRateOf(swinging, Scaled(swinging, 2));
  REQUIRE(bd);
  CHECK(bd->fit == CurveFit::kPchip);
  CHECK(bd->percent == Approx(100).margin(1e-6));
}

TEST_CASE("Curves that share no quality have no BD-rate") {
  const Curve high{{100, 50}, {200, 51}, {300, 52}, {400, 53}};
  CHECK_FALSE(BdRateOf(kBase, high));
  CHECK_FALSE(BdRateOf(kBase, Curve{}));
  CHECK_FALSE(BdRateOf(kBase, Curve{{100, 33}}));
}

}  // namespace
}  // namespace onair::samples
