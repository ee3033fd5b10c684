// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <opencv2/core.hpp>

namespace onair::beauty {

// Runs `work` with OpenCV's inner loops on this thread alone. cv::setNumThreads() would do that
// for the whole app; inside a parallel_for_ of one stripe, loops are nested and so not split
// (OpenCV 4.6 modules/core/src/parallel.cpp, flagNestedParallelFor). `work` may throw.
template <typename Work>
void RunSerially(const Work& work) {
  cv::parallel_for_(cv::Range(0, 1), [&](const cv::Range&) { work(); });
}

}  // namespace onair::beauty
