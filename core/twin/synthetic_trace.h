// SPDX-License-Identifier: Apache-2.0
//
// Networks that no recording is needed for: capacity over time as cells, public Wi-Fi and fast
// trains show it.
#pragma once

#include "core/base/rng.h"
#include "core/twin/network_trace.h"

namespace onair::twin {

// A random walk of the logarithm of the rate around its median, with falls to a fraction and
// outages that come as a Poisson process. Source of the presets: ours; statistics of public
// recordings (mahimahi, Orange, C2TCP, Zhuge, PiTree), their ranges are in the test.
struct SyntheticConfig {
  DataRate median = DataRate::KilobitsPerSec(6000);  // Range [10 kbit/s, 10 Gbit/s].
  DataRate highest = DataRate::KilobitsPerSec(40'000);
  double walk_per_second = 0.35;  // Deviation of the logarithm after 1 s. Range [0, 3].
  double pull_per_second = 0.15;  // Share of the way back to the median. Range [0, 5].
  double falls_per_minute = 5.5;  // Range [0, 60].
  double fall_to = 0.3;           // Of the rate. Range (0, 1].
  TimeDelta fall_mean = TimeDelta::Seconds(2);
  double outages_per_minute = 1;  // Range [0, 60].
  TimeDelta outage_shortest = TimeDelta::Millis(100);
  TimeDelta outage_longest = TimeDelta::Millis(1500);
  TimeDelta slot = TimeDelta::Millis(100);  // Range [10 ms, 10 s].

  static SyntheticConfig Lte();
  static SyntheticConfig WiFi();
  static SyntheticConfig Rail();
};

// `length` > 0.
RateTrace MakeSyntheticTrace(const SyntheticConfig& config, TimeDelta length, Rng rng);

}  // namespace onair::twin
