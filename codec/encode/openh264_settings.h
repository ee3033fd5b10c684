// SPDX-License-Identifier: Apache-2.0
//
// The settings of OpenH264 for live, in one place. Private to the room.
#pragma once

#include <wels/codec_api.h>
#include <wels/codec_ver.h>

#include "core/api/publish_config.h"

namespace onair::codec {

// The library whose headers these are, by the name that the system looks for.
// Source: openh264 v2.3.1, Makefile SHAREDLIB_MAJORVERSION.
static_assert(OPENH264_MAJOR == 2 && (OPENH264_MINOR == 3 || OPENH264_MINOR == 4),
              "name the library of these headers here");
inline constexpr const char* kOpenH264Library = "libopenh264.so.7";

// Sets in OpenH264's defaults what we rely on. `config` is valid. kInvalidConfig,
// kCodecUnavailable.
Status FillOpenH264(const VideoConfig& config, SEncParamExt& param);

}  // namespace onair::codec
