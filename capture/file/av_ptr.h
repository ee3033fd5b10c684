// SPDX-License-Identifier: Apache-2.0
//
// FFmpeg's objects with owners, and its errors in our words.
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswresample/swresample.h>
#include <libswscale/swscale.h>
}

#include <memory>
#include <string>

#include "core/base/result.h"

namespace onair::capture {

struct AvFree {
  void operator()(AVPacket* p) const { av_packet_free(&p); }
  void operator()(AVFrame* p) const { av_frame_free(&p); }
  void operator()(AVCodecContext* p) const { avcodec_free_context(&p); }
  void operator()(SwsContext* p) const { sws_freeContext(p); }
  void operator()(SwrContext* p) const { swr_free(&p); }
};
template <typename T>
using AvPtr = std::unique_ptr<T, AvFree>;

inline std::string AvText(int error) {
  char text[AV_ERROR_MAX_STRING_SIZE] = {};
  av_strerror(error, text, sizeof text);
  return text;
}

inline tl::unexpected<Error> AvFail(ErrorCode code, const std::string& what, int error) {
  return Fail(code, what + ": " + AvText(error), error);
}

}  // namespace onair::capture
