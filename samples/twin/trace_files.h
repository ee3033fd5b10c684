// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "samples/twin/push_case.h"

namespace onair::samples {

// A file, or all of a folder and its folders that can be read as recordings, in order of their
// names. kInvalidConfig for a file that cannot be read, or a folder without any recording.
Result<std::vector<PushCase>> TraceCases(const std::string& path, TimeDelta one_way);

// The text of a file of at most 64 MiB. kInvalidConfig.
Result<std::string> ReadText(const std::string& path);

}  // namespace onair::samples
