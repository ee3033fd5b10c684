// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "capture/file/av_ptr.h"

namespace onair::capture {

// The first picture of an image or media file, as it is stored. kFileNotFound, kFileRead,
// kNotMedia; the error names the path.
Result<AvPtr<AVFrame>> DecodeStill(const std::string& path);

}  // namespace onair::capture
