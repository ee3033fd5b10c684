// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "beauty/face/face_track.h"

namespace onair::beauty {

// What may be believed of a detector's answer, which may come from an app.
struct UsableFaces {
  std::vector<FoundFace> faces;  // Largest first, at most kMaxFaces; pixels.
  std::int64_t left_out = 0;     // No faces: not finite, without area, far outside.
};

// `size` is that of the picture it looked at. Landmarks that are no numbers are dropped alone.
UsableFaces FindUsable(std::span<const DetectedFace> found, cv::Size size);

}  // namespace onair::beauty
