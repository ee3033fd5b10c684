// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <opencv2/core/types.hpp>

namespace onair::beauty {

// How a face moved between two pictures: turned, scaled and shifted, about the origin.
//   x' = along * x - across * y + shift.x      y' = across * x + along * y + shift.y
struct Similarity {
  float along = 1;
  float across = 0;
  cv::Point2f shift{0, 0};

  cv::Point2f Of(cv::Point2f p) const {
    return {along * p.x - across * p.y + shift.x, across * p.x + along * p.y + shift.y};
  }
  float Scale() const { return std::hypot(along, across); }
  // This motion, then `next`.
  Similarity Then(const Similarity& next) const {
    return {next.along * along - next.across * across, next.across * along + next.along * across,
            next.Of(shift)};
  }
};

}  // namespace onair::beauty
