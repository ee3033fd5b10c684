// SPDX-License-Identifier: Apache-2.0
//
// The settings of x264 for live, in one place. Private to the room.
#pragma once

// x264.h wants the integer types declared before it.
#include <cstdint>

extern "C" {
#include <x264.h>
}

#include "codec/encode/rate_follower.h"
#include "core/api/publish_config.h"

namespace onair::codec {

// Fills `param` for `config`. kInvalidConfig, kCodecUnavailable.
Status FillSettings(const VideoConfig& config, x264_param_t& param);

// Sets the rate fields. x264 gives every picture 1 / (nominal frame rate) of the bits of a
// second; when fewer pictures come, the rate it is told grows in that ratio.
void FillRate(const RatePlan& plan, double nominal_frame_rate, x264_param_t& param);

}  // namespace onair::codec
