// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "samples/twin/capacity_line.h"
#include "samples/twin/push_case.h"

namespace onair::samples {

// What somebody who knows the whole line beforehand could not avoid: freeze percent of a sender
// of `least` that sends, 30 times a second, each picture that can still come in time, and skips
// the others. On one line alone; nobody gets below it but by a lower rate.
double UnavoidableFreezePercent(const CapacityLine& line, DataRate least, TimeDelta one_way,
                                TimeDelta playout_delay, TimeDelta duration);

// Of a case with one publisher, one bottleneck and no other traffic; empty for others. `otherwise`:
// the rates of a case that has none.
std::optional<double> UnavoidableFreezePercent(const PushCase& push_case,
                                               const PushRates& otherwise, TimeDelta playout_delay);

}  // namespace onair::samples
