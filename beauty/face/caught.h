// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/base/result.h"

namespace onair::beauty {

// What was thrown, as this room's error; only in a catch block. kOutOfMemory, else kFaceModel
// with OpenCV's reason: one line, without its source file and function. `subject` comes first.
tl::unexpected<Error> FailAsCaught(const std::string& subject);

}  // namespace onair::beauty
