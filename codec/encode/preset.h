// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/api/publish_config.h"

namespace onair::codec {

// The preset in force: VideoConfig::preset, or what "auto" means for its codec.
inline std::string PresetOf(const VideoConfig& config) {
  if (config.preset != "auto") return config.preset;
  return config.codec == VideoCodec::kH264 ? "veryfast" : "superfast";
}

}  // namespace onair::codec
