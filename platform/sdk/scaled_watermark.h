// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "beauty/filters/watermark.h"
#include "core/media/video_frame.h"

namespace onair {

// `mark`, valid and made for pictures of `full` size, for a smaller picture of the same scene:
// place and size shrink along, each pixel the mean of those that it covers. The same where the
// sizes are.
beauty::Watermark ScaledWatermark(const beauty::Watermark& mark, PictureSize full,
                                  PictureSize picture);

}  // namespace onair
