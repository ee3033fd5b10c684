// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "samples/twin/push_case.h"

namespace onair::samples {

// Cases by name: "rfc8867", "steps", "loss" and so on for all of a group, a case's own name, or a
// JSON file (case_file.h; its recordings are found beside it). kInvalidConfig.
Result<std::vector<PushCase>> ChooseCases(const std::vector<std::string>& names, TimeDelta one_way);

}  // namespace onair::samples
