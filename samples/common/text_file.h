// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <string>

#include "core/base/result.h"

namespace onair::samples {

// The whole file, up to `most_bytes`. kFileNotFound; kFileRead, a folder among them; kLimit for
// more, a device that never ends among them. The error names the path.
Result<std::string> ReadText(const std::string& path, std::size_t most_bytes);

}  // namespace onair::samples
