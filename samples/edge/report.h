// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/base/result.h"
#include "samples/edge/stats.h"

namespace onair::edge {

// "12 s: 1 stream, 200 viewers, ..." for people.
std::string StatusLine(const EdgeStats& stats, TimeDelta up);

// The run as one JSON object, for measurements. kFileWrite.
Status WriteReport(const std::string& path, const EdgeStats& stats, TimeDelta up);

}  // namespace onair::edge
