// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CoreMedia/CoreMedia.h>

namespace onair::apple {

// Seconds of ONNow() of a sample buffer's first sample; 0, which is now, where it has no time.
double CapturedAtOf(CMSampleBufferRef sample);

}  // namespace onair::apple
