// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "capture/file/av_ptr.h"
#include "core/media/video_frame.h"

namespace onair::capture {

// Makes our pictures of decoded ones: 4:2:0 limited range without a copy, all else by
// conversion (kept from picture to picture). single-owner.
class PictureMaker {
 public:
  // kDecodeFailed for a frame without usable pixels; kOutOfMemory.
  Result<Picture> Make(AvPtr<AVFrame> frame);

  // Converts and scales to `size` with the best filter; for stills.
  Result<Picture> MakeScaled(const AVFrame& frame, PictureSize size);

 private:
  Result<Picture> Convert(const AVFrame& frame, PictureSize size, int filter);

  AvPtr<SwsContext> scaler_;
};

// How the picture must be turned clockwise, from a display matrix; k0 for null.
Rotation RotationOf(const std::uint8_t* display_matrix);

}  // namespace onair::capture
