// SPDX-License-Identifier: Apache-2.0
#include "beauty/face/scene.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgproc.hpp>

namespace onair::beauty {
namespace {

constexpr int kShrink = 8;
// Unrelated pictures correlate by less than this, a fast pan by more.
// Source: ours; face_bench, 2026-11-21.
constexpr double kCutLikeness = 0.4;
// Below this no face went anywhere, and a flat picture's noise is not taken for a cut.
constexpr double kCutLevels = 6;
// Camera noise, averaged over 64 pixels, stays below this; a person who enters does not.
constexpr double kNothingLevels = 1.5;
// Variance below which correlation is only noise.
constexpr double kFlat = 4;

}  // namespace

cv::Mat TinyOf(const cv::Mat& luma) {
  cv::Mat tiny;
  const cv::Size size(std::max(1, luma.cols / kShrink), std::max(1, luma.rows / kShrink));
  cv::resize(luma, tiny, size, 0, 0, cv::INTER_AREA);
  return tiny;
}

bool SceneDifference::IsCut() const {
  return likeness < kCutLikeness && levels > kCutLevels;
}

bool SceneDifference::IsNothing() const {
  return levels < kNothingLevels;
}

SceneDifference Compare(const cv::Mat& a, const cv::Mat& b) {
  const auto count = static_cast<double>(a.total());
  double sum_a = 0, sum_b = 0, sum_aa = 0, sum_bb = 0, sum_ab = 0, off = 0;
  for (int y = 0; y < a.rows; ++y) {
    const auto* row_a = a.ptr<std::uint8_t>(y);
    const auto* row_b = b.ptr<std::uint8_t>(y);
    for (int x = 0; x < a.cols; ++x) {
      const int p = row_a[x];
      const int q = row_b[x];
      sum_a += p;
      sum_b += q;
      sum_aa += p * p;
      sum_bb += q * q;
      sum_ab += p * q;
      off += std::abs(p - q);
    }
  }
  const double var_a = sum_aa / count - sum_a * sum_a / (count * count);
  const double var_b = sum_bb / count - sum_b * sum_b / (count * count);
  const double both = sum_ab / count - sum_a * sum_b / (count * count);
  SceneDifference difference{off / count, 1};
  if (var_a > kFlat && var_b > kFlat) difference.likeness = both / std::sqrt(var_a * var_b);
  return difference;
}

}  // namespace onair::beauty
