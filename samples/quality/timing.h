// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/units/time.h"

namespace onair::samples {

// The span that `share` (0..1) of all are not above, ms; 0 for none. Exact, unlike Percentiles:
// filters take tens of microseconds.
double QuantileMs(std::vector<TimeDelta> spans, double share);

}  // namespace onair::samples
