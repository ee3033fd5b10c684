// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "core/api/codec_ports.h"
#include "core/api/publish_config.h"

namespace onair::apple {

// The system's encoder (VideoToolbox), H.264 and H.265. Each picture leaves with the call that
// brings it: that waits for the hardware. Rate and frame rate change in flight; key frames on
// request. Regions of interest: none, it has no public means (RoiSupport::kNone). Not followed:
// EncoderTarget::frame_limit. kCodecUnavailable, kCodecOpen with the system's status.
Result<std::unique_ptr<VideoEncoder>> OpenVideoToolboxEncoder(const VideoConfig& config);

}  // namespace onair::apple
