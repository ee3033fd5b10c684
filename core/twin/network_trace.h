// SPDX-License-Identifier: Apache-2.0
//
// Recorded or generated networks: what a link could carry over time. Repeats after its period.
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/result.h"
#include "core/twin/rate_schedule.h"
#include "core/units/data.h"
#include "core/units/time.h"

namespace onair::twin {

// A rate that holds until the next slot begins. Pure value.
struct RateTrace {
  struct Slot {
    TimeDelta from;  // From the trace's begin on; the first is zero, then rising.
    DataRate rate;
    TimeDelta round_trip = TimeDelta::Zero();  // Zero: the trace does not tell.
    double loss = 0;                           // Share of packets, [0, 1].
    TimeDelta jitter = TimeDelta::Zero();
  };
  std::vector<Slot> slots;  // Not empty.
  TimeDelta period = TimeDelta::Zero();

  // The slot of a moment in the trace's own time, which repeats. `at` >= 0.
  const Slot& At(TimeDelta at) const;
  // As steps of world time, repeated, from `start` on for `length`; the last rate holds after
  // that. At most kMostSteps steps.
  RateSchedule Unroll(Timestamp start, TimeDelta length) const;
  static constexpr std::size_t kMostSteps = 4'000'000;
};

// Moments at which one packet of 1500 bytes may leave: mahimahi's form. Pure value.
struct OpportunityTrace {
  std::vector<std::int32_t> at_ms;  // Not empty, never falling, the last > 0.

  TimeDelta period() const { return TimeDelta::Millis(at_ms.back()); }
  static constexpr DataSize kOpportunity = DataSize::Bytes(1500);
};

using NetworkTrace = std::variant<RateTrace, OpportunityTrace>;

TimeDelta PeriodOf(const NetworkTrace& trace);

// What one period could carry, window by window. `window` > 0; a last part is left out.
std::vector<DataRate> CapacityOf(const NetworkTrace& trace, TimeDelta window);

// The numbers of a trace by which sets are compared; from means over a second.
struct TraceStats {
  double mean_mbps = 0;
  double p5_mbps = 0;
  double p50_mbps = 0;
  double p95_mbps = 0;
  double share_below_300_kbps = 0;
  double halvings_per_minute = 0;  // Seconds that carry at most half of the one before.
  TimeDelta longest_gap = TimeDelta::Zero();
};
TraceStats StatsOf(const NetworkTrace& trace);

}  // namespace onair::twin
