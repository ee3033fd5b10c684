// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/base/result.h"
#include "core/media/video_frame.h"

namespace onair::devices {

// One picture as a 24-bit PNG; replaces the file. kFileNotFound (no such folder), kFileWrite,
// kDiskFull. Blocks on the disk; any thread.
Status WritePng(const std::string& path, const Picture& picture);

}  // namespace onair::devices
