// SPDX-License-Identifier: Apache-2.0
//
// Video encoders run over drawn pictures, and what their tests ask of the frames that come out.
#pragma once

#include <algorithm>
#include <catch2/catch.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "codec/decode/ffmpeg_video_decoder.h"
#include "codec/encode/video_encoder.h"
#include "core/api/publish_config.h"
#include "core/media/roi_map.h"
#include "tests/codec/support/moving_picture.h"

namespace onair::codec::testing {

constexpr DataRate Kbps(std::int64_t k) {
  return DataRate::KilobitsPerSec(k);
}

// 320x192 at 400 kbit/s.
inline VideoConfig SmallConfig(VideoCodec codec) {
  VideoConfig config;
  config.codec = codec;
  config.size = {320, 192};
  config.rate = Kbps(400);
  if (codec == VideoCodec::kH265) config.preset = "ultrafast";
  return config;
}

inline std::unique_ptr<VideoEncoder> Open(const VideoConfig& config) {
  auto encoder = OpenVideoEncoder(config);
  REQUIRE(encoder);
  return std::move(*encoder);
}

using BeforeFrame = std::function<void(VideoEncoder&, int)>;

inline std::vector<EncodedFrame> EncodeMany(VideoEncoder& encoder, const Scene& scene, int count,
                                            const BeforeFrame& before = {}, double fps = 30) {
  std::vector<EncodedFrame> out;
  for (int i = 0; i < count; ++i) {
    if (before) before(encoder, i);
    REQUIRE(encoder.Encode(DrawFrame(scene, i, fps), out));
  }
  return out;
}

// A region over the blocks [8, 12) x [4, 8) of a picture of 20 x 12 blocks.
inline RoiMap MiddleRegion() {
  return {{{0.4F, 1 / 3.0F, 0.2F, 1 / 3.0F, 1}}};
}

inline std::vector<VideoFrame> DecodeAll(const VideoTrack& track,
                                         const std::vector<EncodedFrame>& in) {
  auto decoder = OpenFfmpegVideoDecoder();
  REQUIRE(decoder);
  REQUIRE((*decoder)->Configure(track));
  std::vector<VideoFrame> out;
  for (const auto& frame : in) REQUIRE((*decoder)->Decode(frame, out));
  REQUIRE((*decoder)->Flush(out));
  return out;
}

inline int KeyFrames(const std::vector<EncodedFrame>& frames) {
  return static_cast<int>(
      std::count_if(frames.begin(), frames.end(), [](const auto& f) { return f.is_key(); }));
}

// kbit/s of the frames with pts in [from, from + span).
inline double RateIn(const std::vector<EncodedFrame>& frames, double from_s, double span_s) {
  double bits = 0;
  for (const auto& frame : frames) {
    const double at = static_cast<double>(frame.pts.us()) / 1e6;
    if (at >= from_s - 1e-6 && at < from_s + span_s - 1e-6) {
      bits += 8.0 * static_cast<double>(frame.payload.size());
    }
  }
  return bits / span_s / 1000;
}

}  // namespace onair::codec::testing
