// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core.hpp>

namespace onair::beauty {

// A picture at an eighth of its size, enough to see whether the scene is another one.
cv::Mat TinyOf(const cv::Mat& luma);

// How two tiny pictures of one size differ.
struct SceneDifference {
  double levels = 0;    // Mean absolute, in luma steps.
  double likeness = 1;  // Correlation: blind to exposure and flashes. 1 for flat pictures.

  bool IsCut() const;
  bool IsNothing() const;
};
SceneDifference Compare(const cv::Mat& a, const cv::Mat& b);

}  // namespace onair::beauty
