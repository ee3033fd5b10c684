// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <CoreVideo/CoreVideo.h>

#include "core/media/video_frame.h"
#include "platform/apple/ios/cf.h"

namespace onair::apple {

// A frame on a system's picture, which is retained and locked for reading until the last user lets
// go. kUnsupported where it is not 8-bit 4:2:0 in two planes of limited range.
Result<VideoFrame> FrameOn(CVPixelBufferRef buffer);

// The other way round, for encoders: a system's picture on the pixels of `picture`, which it keeps
// alive. Empty where the system refuses.
CfRef<CVPixelBufferRef> BufferOn(const Picture& picture);

// Copies `picture` into a buffer of two planes of its size, such as one from a pool for displays.
// kUnsupported where that is of another kind.
Status CopyInto(const Picture& picture, CVPixelBufferRef buffer);

}  // namespace onair::apple
