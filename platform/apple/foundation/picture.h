// SPDX-License-Identifier: Apache-2.0
#import <Onair/ONPicture.h>

#include "core/media/video_frame.h"

namespace onair::apple {

// Autoreleased.
ONPicture* PictureOf(VideoFrame frame);
// As long as the picture.
const VideoFrame& FrameOf(ONPicture* picture);

// ONRotation has the same numbers; what is none of them is upright.
Rotation RotationOf(ONRotation rotation);

}  // namespace onair::apple
