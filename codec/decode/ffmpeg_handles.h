// SPDX-License-Identifier: Apache-2.0
//
// Owners of FFmpeg objects, and how this room keeps FFmpeg quiet. Private to the room.
#pragma once

#include <memory>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libswresample/swresample.h>
#include <libswscale/swscale.h>
}

namespace onair::codec {

// Added to the level of every message of a context, which puts it below any usual log level
// (FFmpeg prints levels modulo 256). The process-wide av_log callback stays the app's own.
inline constexpr int kSilent = 100;

struct FreeFfmpeg {
  void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
  void operator()(SwsContext* scaler) const { sws_freeContext(scaler); }
  void operator()(SwrContext* resampler) const { swr_free(&resampler); }
};

template <typename T>
using Ffmpeg = std::unique_ptr<T, FreeFfmpeg>;

}  // namespace onair::codec
