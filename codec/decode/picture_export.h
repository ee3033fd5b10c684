// SPDX-License-Identifier: Apache-2.0
//
// FFmpeg's decoded frames as our pictures. Private to the room.
#pragma once

#include "codec/decode/ffmpeg_handles.h"
#include "core/base/result.h"
#include "core/media/video_frame.h"

namespace onair::codec {

// Single-owner.
class PictureExport {
 public:
  // Takes the frame's reference over. 8-bit limited-range 4:2:0 is wrapped without a copy;
  // other software formats are converted. kDecodeFailed: a size outside
  // 1..kMaxPictureSide, a format swscale cannot read.
  Result<Picture> Export(Ffmpeg<AVFrame> frame);

 private:
  Result<Picture> Convert(const AVFrame& frame);

  Ffmpeg<SwsContext> scaler_;
};

}  // namespace onair::codec
