// SPDX-License-Identifier: Apache-2.0
//
// A case of one's own as JSON; the fields are in README.md.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "samples/twin/push_case.h"

namespace onair::samples {

// What stands behind a name that the case uses for a recording.
using FindTrace = std::function<Result<twin::NetworkTrace>(const std::string& name)>;

// kInvalidConfig whose detail names the field.
Result<PushCase> ParseCase(std::string_view json, const FindTrace& find_trace);

}  // namespace onair::samples
