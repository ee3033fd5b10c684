// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "core/api/codec_ports.h"

namespace onair::apple {

// The system's decoder (VideoToolbox), H.264 and H.265; its pictures are shared, not copied.
// A session that the system takes away, as from an app in the background, begins anew with the next
// key frame. kCodecUnavailable, kCodecOpen from Configure() with the system's status.
std::unique_ptr<VideoDecoder> MakeVideoToolboxDecoder();

}  // namespace onair::apple
