// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "core/api/codec_ports.h"
#include "core/api/publish_config.h"

namespace onair::codec {

// Our encoder for config.codec: see x264_encoder.h and x265_encoder.h for what it promises.
// kInvalidConfig, kCodecUnavailable, kCodecOpen, kOutOfMemory.
Result<std::unique_ptr<VideoEncoder>> OpenVideoEncoder(const VideoConfig& config);

}  // namespace onair::codec
