// SPDX-License-Identifier: Apache-2.0
//
// Pictures at the size that faces are looked for in: scaled first, converted afterwards.
#pragma once

#include <opencv2/core.hpp>

#include "core/base/result.h"
#include "core/media/video_frame.h"

namespace onair::beauty {

// `size` with its long side at most `long_side`, the shape kept; never scaled up.
PictureSize SizeWithin(PictureSize size, int long_side);

// The luma of `picture` at `size`.
cv::Mat SmallLuma(const Picture& picture, PictureSize size);

// All planes of `picture` at `size`, in its format. kOutOfMemory.
Result<Picture> SmallCopy(const Picture& picture, PictureSize size);

// 24-bit BGR of the whole picture.
cv::Mat ToBgr(const Picture& picture);

}  // namespace onair::beauty
