// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>

#include "core/api/congestion_control.h"

namespace onair::cc {

// A receiver's clock that was set, or another receiver's in its place, within one report.
struct ClockStep {
  std::size_t first;  // Of the report's packets, by the new clock.
  TimeDelta least;    // One-way delay of those, by it.
};
// `base`: of an empty line, by the old clock. Of several steps the last; empty: there was none.
// Pure.
std::optional<ClockStep> FindClockStep(const FeedbackReport& report, TimeDelta base);

}  // namespace onair::cc
