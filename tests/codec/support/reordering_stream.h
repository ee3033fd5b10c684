// SPDX-License-Identifier: Apache-2.0
//
// Streams that our own encoder does not make: B frames, other pixel formats, full range,
// parameter sets without VUI. Made with x264 at test time.
#pragma once

#include <cstdint>

extern "C" {
#include <x264.h>
}

#include <array>
#include <deque>
#include <utility>
#include <vector>

#include "codec/bitstream/access_unit.h"
#include "codec/bitstream/avc_config.h"
#include "codec/bitstream/capture_stamp.h"
#include "codec/bitstream/nal.h"
#include "tests/codec/support/moving_picture.h"

namespace onair::codec::testing {

struct StreamRecipe {
  int b_frames = 3;
  int csp = X264_CSP_I420;  // The source picture is I420; others get flat chroma.
  bool is_full_range = false;
  Scene scene;
};

struct MadeStream {
  VideoTrack track;
  std::vector<EncodedFrame> frames;  // In decoding order, 30 fps, stamped with 1000000 + pts.
};

inline EncodedFrame ToFrame(const x264_nal_t* nals, int bytes, const x264_picture_t& coded) {
  Bytes payload(nals[0].p_payload, nals[0].p_payload + bytes);
  const FrameKind kind = KindOf(payload, VideoCodec::kH264);
  const auto us = [](std::int64_t n) { return MediaTime::Micros(n * 1'000'000 / 30); };
  return {Buffer::Own(std::move(payload)), kind, us(coded.i_pts), us(coded.i_dts),
          Timestamp::Micros(us(coded.i_pts).us())};
}

inline MadeStream MakeStream(const StreamRecipe& recipe, int count) {
  x264_param_t param;
  x264_param_default_preset(&param, "veryfast", nullptr);
  param.i_width = recipe.scene.size.width;
  param.i_height = recipe.scene.size.height;
  param.i_csp = recipe.csp;
  param.i_fps_num = 30;
  param.i_fps_den = 1;
  param.i_bframe = recipe.b_frames;
  param.i_bframe_pyramid = X264_B_PYRAMID_NORMAL;
  param.i_bframe_adaptive = X264_B_ADAPT_NONE;
  param.i_threads = 1;
  param.i_keyint_max = 30;
  param.b_annexb = 0;
  param.b_repeat_headers = 0;
  param.vui.b_fullrange = recipe.is_full_range ? 1 : 0;
  param.i_log_level = X264_LOG_NONE;
  x264_t* encoder = x264_encoder_open(&param);

  MadeStream stream{VideoTrack{VideoCodec::kH264, {}, 0, {}}, {}};
  x264_nal_t* nals = nullptr;
  int nal_count = 0;
  const int header_bytes = x264_encoder_headers(encoder, &nals, &nal_count);
  const auto units = *SplitLengths({nals[0].p_payload, static_cast<std::size_t>(header_bytes)});
  stream.track = *TrackFromAvcConfig(Buffer::Own(*MakeAvcConfig(units[0], units[1])));

  const std::vector<std::uint8_t> flat(
      static_cast<std::size_t>(param.i_width) * static_cast<std::size_t>(param.i_height), 128);
  // x264 reads them when the picture is coded, so they keep their place.
  std::deque<std::array<std::uint8_t, kCaptureStampBytes>> stamps;
  std::deque<x264_sei_payload_t> payloads;
  for (int i = 0; i < count || x264_encoder_delayed_frames(encoder) > 0; ++i) {
    x264_picture_t in;
    x264_picture_t coded;
    x264_picture_init(&in);
    const Picture picture = DrawPicture(recipe.scene, i);
    in.img.i_csp = recipe.csp;
    in.img.i_plane = 3;
    for (std::size_t p = 0; p < 3; ++p) {
      const bool is_drawn = p == 0 || recipe.csp == X264_CSP_I420;
      in.img.plane[p] = const_cast<std::uint8_t*>(is_drawn ? picture.plane(p).data : flat.data());
      in.img.i_stride[p] = is_drawn ? picture.plane(p).stride_bytes : param.i_width;
    }
    in.i_pts = i;
    if (i < count) {
      stamps.push_back(CaptureStampPayload(UtcTime::Micros(1'000'000 + i * 1'000'000LL / 30)));
      payloads.push_back({kCaptureStampBytes, kUserDataUnregistered, stamps.back().data()});
      in.extra_sei = {1, &payloads.back(), nullptr};
    }
    const int bytes =
        x264_encoder_encode(encoder, &nals, &nal_count, i < count ? &in : nullptr, &coded);
    if (bytes > 0) stream.frames.push_back(ToFrame(nals, bytes, coded));
  }
  x264_encoder_close(encoder);
  return stream;
}

}  // namespace onair::codec::testing
