// SPDX-License-Identifier: Apache-2.0
//
// Our video encoders by name: what is in this build, what of it is on this machine, and which one
// is taken. An app's own go by PublisherConfig::make_video_encoder and need none of this.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "core/api/codec_ports.h"
#include "core/api/publish_config.h"

namespace onair::codec {

// One of ours. What it promises stands in its header: x264_encoder.h, x265_encoder.h,
// openh264_encoder.h.
struct VideoBackend {
  EncoderChoice choice;
  std::string_view name;
  VideoCodec codec;
  RoiSupport roi;
  Result<std::unique_ptr<VideoEncoder>> (*open)(const VideoConfig&);
  Status (*find)(const VideoConfig&);  // Ok, or kCodecUnavailable naming what is missing.
};

// All, in the order in which kAuto tries those of its codec. Lives for ever.
std::span<const VideoBackend> VideoBackends();

// The encoder that config.encoder names, or the first that can be had. kInvalidConfig,
// kCodecUnavailable (of kAuto: what each of them is missing), kCodecOpen, kOutOfMemory.
Result<std::unique_ptr<VideoEncoder>> OpenVideoEncoder(const VideoConfig& config);

// Ok where at least one of those that OpenVideoEncoder() would try is here; opens none.
// kCodecUnavailable, as above.
Status FindVideoEncoder(const VideoConfig& config);

}  // namespace onair::codec
