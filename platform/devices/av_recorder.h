// SPDX-License-Identifier: Apache-2.0
//
// MP4 and HLS by libavformat. Private to this room; see open_recorder.h.
#pragma once

#include <memory>
#include <string>

#include "core/api/recorder.h"

namespace onair::devices {

enum class AvContainer { kMp4 = 1, kHls = 2 };

Result<std::unique_ptr<Recorder>> OpenAvRecorder(const std::string& path, AvContainer container);

}  // namespace onair::devices
