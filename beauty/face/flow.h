// SPDX-License-Identifier: Apache-2.0
//
// Where a patch of one picture went in another: sparse Lucas-Kanade flow, made one motion.
#pragma once

#include <opencv2/core.hpp>
#include <optional>
#include <vector>

#include "beauty/face/similarity.h"

namespace onair::beauty {

// One picture's luma at several sizes. Cheap to copy: pixels are shared.
using LumaLevels = std::vector<cv::Mat>;

enum class LevelUse {
  kFrom = 1,  // May be flowed from: holds the gradients too.
  kTo = 2,
};
LumaLevels MakeLevels(const cv::Mat& luma, LevelUse use);

// A grid of points over the middle of `box`, `side` x `side` of them.
std::vector<cv::Point2f> GridOver(const cv::Rect2f& box, int side);

// How most of `points` of `from` moved to get to `to`, looked for around `guess`. Nothing when
// too few of them agree. `from` was made kFrom.
struct Flow {
  Similarity motion;
  float agreeing = 0;  // Part of the points, [0, 1].
};
std::optional<Flow> FindFlow(const LumaLevels& from, const LumaLevels& to,
                             const std::vector<cv::Point2f>& points, const Similarity& guess);

}  // namespace onair::beauty
