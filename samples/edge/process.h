// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/units/time.h"

namespace onair::edge {

// What this process has cost so far.
struct ProcessCost {
  TimeDelta cpu = TimeDelta::Zero();  // User and system, all threads.
  double peak_rss_mb = 0;
};

ProcessCost CostOfProcess();

}  // namespace onair::edge
