// SPDX-License-Identifier: Apache-2.0
//
// Bjontegaard's measure: how many percent more (or less, below 0) bits one encoder takes than
// another at equal quality, as the mean over the qualities that both reach (ITU-T VCEG-M33).
#pragma once

#include <optional>
#include <span>

namespace onair::samples {

struct RatePoint {
  double kbps = 0;
  double quality = 0;  // PSNR or -10 log10(1 - SSIM), in dB.
};

enum class CurveFit {
  kCubic = 1,  // The classic: one cubic through (or nearest to) the points.
  kPchip = 2,  // Piecewise and monotone (Fritsch, Carlson): no swings between the points.
};

struct BdRate {
  double percent = 0;
  CurveFit fit = CurveFit::kCubic;
};

// Cubic where both curves rise with the rate and so do the fitted cubics, else pchip over the
// points that rise. Empty: fewer than two rising points, or no quality that both reach.
std::optional<BdRate> BdRateOf(std::span<const RatePoint> base, std::span<const RatePoint> test);

// By one method. Points in any order.
std::optional<double> BdRatePercent(std::span<const RatePoint> base,
                                    std::span<const RatePoint> test, CurveFit fit);

// How many dB more `test` has at equal rate, as the mean over the rates that both reach; pchip.
std::optional<double> BdQuality(std::span<const RatePoint> base, std::span<const RatePoint> test);

}  // namespace onair::samples
