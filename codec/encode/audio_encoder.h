// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "core/api/codec_ports.h"
#include "core/api/publish_config.h"

namespace onair::codec {

// Our encoder for config.codec: see aac_encoder.h and opus_encoder.h for what it promises.
// kInvalidConfig, kCodecUnavailable, kCodecOpen.
Result<std::unique_ptr<AudioEncoder>> OpenAudioEncoder(const AudioConfig& config);

}  // namespace onair::codec
