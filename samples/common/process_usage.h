// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "core/units/time.h"

namespace onair::samples {

// What this process has used so far.
struct ProcessUsage {
  TimeDelta cpu;       // User and system, all threads.
  double peak_rss_mb;  // 10^6 bytes.
};
ProcessUsage UsageNow();

// When the process began, on the driver's clock; empty where the system does not tell.
std::optional<Timestamp> ProcessStart();

}  // namespace onair::samples
