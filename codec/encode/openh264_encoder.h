// SPDX-License-Identifier: Apache-2.0
//
// H.264 by OpenH264, loaded at run time (docs/decisions/0015), for live: no picture is held back,
// key frames are placed in media time, the rate is kept by us.
#pragma once

#include <memory>

#include "core/api/codec_ports.h"
#include "core/api/publish_config.h"

namespace onair::codec {

// Single-owner; Encode() blocks on OpenH264's own threads, at most four.
//
// - Frames, payload, Apply() and skipping as x264_encoder.h says. The track's frame rate is the
//   configured one: OpenH264 writes none into its SPS.
// - VideoFrame::roi and VideoConfig::look_ahead are ignored: capabilities() tells.
// - High profile is CABAC without the 8x8 transform. No B pictures in either.
// - A picture that comes out larger than the VBV, or half above EncoderTarget::frame_limit, is
//   coded anew, coarser and as a key frame, up to three times.
// - VideoConfig::preset: up to superfast, up to fast and beyond are OpenH264's three complexities.
//
// kInvalidConfig, kCodecUnavailable (not H.264; the library or something in it is missing, or it
// is of another version than this was built for), kCodecOpen (also more than 36,864 blocks of
// 16x16).
Result<std::unique_ptr<VideoEncoder>> OpenOpenH264Encoder(const VideoConfig& config);

// Ok where the library that `config` names is there and is the right one.
Status FindOpenH264Encoder(const VideoConfig& config);

}  // namespace onair::codec
