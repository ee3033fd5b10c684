// SPDX-License-Identifier: Apache-2.0
//
// Between FFmpeg's pictures and ours. Private to this room.
#pragma once

#include "core/base/result.h"
#include "core/media/video_frame.h"

struct AVFrame;
struct SwsContext;

namespace onair::devices {

// Any picture that a camera, screen or file holds to I420 in the colours of
// core/media/video_frame.h. YUV without a stated matrix counts as BT.601, which JPEG and V4L2's
// default colour space mean. Odd sides lose their last row or column. Single-owner; keeps the
// conversion of the last geometry.
class PictureConverter {
 public:
  PictureConverter() = default;
  ~PictureConverter();
  PictureConverter(const PictureConverter&) = delete;
  PictureConverter& operator=(const PictureConverter&) = delete;

  // kUnsupported for pixel formats that cannot be converted.
  Result<Picture> ToI420(const AVFrame& frame);

  // Into `rgb`, an allocated AV_PIX_FMT_RGB24 frame of the picture's size.
  Status ToRgb(const Picture& picture, AVFrame& rgb);

 private:
  struct Side {
    int format = -1;  // AVPixelFormat.
    int matrix = -1;  // SWS_CS_*
    int full_range = 0;
    bool operator==(const Side&) const = default;
  };
  struct Job {
    PictureSize size;
    Side from;
    Side to;
    int flags = 0;
    bool operator==(const Job&) const = default;
  };
  Status Prepare(const Job& job);

  Job job_;
  SwsContext* context_ = nullptr;
};

}  // namespace onair::devices
