// SPDX-License-Identifier: Apache-2.0
//
// H.264 and H.265 by FFmpeg, for live: a stream without B frames gives each picture on the
// call that brings its frame.
#pragma once

#include <memory>

#include "core/api/codec_ports.h"

namespace onair::codec {

struct DecoderConfig {
  // Slice threads; frame threads are never used, they would hold pictures back. Range
  // [1, 16]. Helps only pictures that were coded in several slices.
  int threads = 2;

  // The codec that WarmUp() makes ready, so that the first Configure() is cheap.
  VideoCodec warm_up = VideoCodec::kH264;

  // Ok, or kInvalidConfig whose detail names the field.
  [[nodiscard]] Status Validate() const;
};

// Single-owner; Decode() blocks on the codec's own slice threads. Pictures may outlive the
// decoder and be used on other threads.
//
// - A configuration begins with the next key frame, size and codec changes included; that
//   Decode() first gives the pictures still inside. The same record again changes nothing.
// - Frames before the first key frame after Configure() or Reset() get kDecodeFailed.
// - A frame that decodes with errors gets kDecodeFailed and its picture is withheld; what
//   refers to it afterwards is given as the decoder conceals it.
// - Pictures are I420, 8 bit, limited range; other 4:2:0/4:2:2/4:4:4 streams, higher bit
//   depths and full range are converted (a copy), sizes above kMaxPictureSide refused.
// - VideoFrame::captured_at is that of the EncodedFrame, captured_utc from its SEI stamp.
//
// FFmpeg is first called by WarmUp() or Configure(). kInvalidConfig.
Result<std::unique_ptr<VideoDecoder>> OpenFfmpegVideoDecoder(const DecoderConfig& config = {});

}  // namespace onair::codec
