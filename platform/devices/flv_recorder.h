// SPDX-License-Identifier: Apache-2.0
//
// FLV by our own muxer. Private to this room; see open_recorder.h.
#pragma once

#include <memory>
#include <string>

#include "core/api/recorder.h"

namespace onair::devices {

Result<std::unique_ptr<Recorder>> OpenFlvRecorder(const std::string& path);

}  // namespace onair::devices
