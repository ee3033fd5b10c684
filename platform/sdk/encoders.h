// SPDX-License-Identifier: Apache-2.0
//
// Our encoders, for who wraps them (PublisherConfig::make_video_encoder) or asks what is here.
#pragma once

#include <memory>

#include "core/api/codec_ports.h"
#include "core/api/publish_config.h"

namespace onair {

// What a publisher opens where the app gives nothing. kInvalidConfig, kCodecUnavailable naming what
// is missing, kCodecOpen, kOutOfMemory.
Result<std::unique_ptr<VideoEncoder>> OpenVideoEncoder(const VideoConfig& config);
// The same for sound.
Result<std::unique_ptr<AudioEncoder>> OpenAudioEncoder(const AudioConfig& config);

// Whether the encoder that config.encoder names, or of kAuto any for its codec, is in this build
// and on this machine; opens none. kCodecUnavailable naming what is missing.
Status FindVideoEncoder(const VideoConfig& config);

}  // namespace onair
