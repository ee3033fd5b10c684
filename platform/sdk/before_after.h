// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"
#include "core/media/video_frame.h"

namespace onair {

// `before` left of a line beside `after` right of it: what effects do, seen at once. `split` is
// where the line stands, [0, 1] of the width. Both I420 of one size, else kInvalidConfig;
// kOutOfMemory.
Result<Picture> BeforeAfter(const Picture& before, const Picture& after, float split);

}  // namespace onair
