// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/media/video_frame.h"

namespace onair {

// The picture as it is to be seen: turned clockwise by `turn`, I420. kOutOfMemory,
// kInvalidConfig.
Result<Picture> Upright(const Picture& picture, Rotation turn);

}  // namespace onair
