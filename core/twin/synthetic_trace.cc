// SPDX-License-Identifier: Apache-2.0
#include "core/twin/synthetic_trace.h"

#include <algorithm>
#include <cmath>

#include "core/twin/chance.h"

namespace onair::twin {
namespace {

// Events at exponential distances, each lasting a while.
class Spells {
 public:
  Spells(double per_minute, Rng rng) : per_minute_(per_minute), rng_(rng) { Plan(); }

  // True: a spell is under way at `at`; `length(rng)` tells how long a new one lasts.
  template <typename Length>
  bool IsOn(TimeDelta at, Length length) {
    while (begins_ <= at) {
      ends_ = begins_ + length(rng_);
      Plan();
    }
    return at < ends_;
  }

 private:
  void Plan() {
    const double minutes = per_minute_ > 0 ? Exponential(rng_) / per_minute_ : 1e9;
    begins_ += TimeDelta::SecondsF(60 * minutes);
  }

  double per_minute_;
  Rng rng_;
  TimeDelta begins_ = TimeDelta::Zero();
  TimeDelta ends_ = TimeDelta::Zero();
};

}  // namespace

SyntheticConfig SyntheticConfig::Lte() {
  return {};
}

SyntheticConfig SyntheticConfig::WiFi() {
  SyntheticConfig config;
  config.median = DataRate::KilobitsPerSec(22'000);
  config.highest = DataRate::KilobitsPerSec(38'000);
  config.walk_per_second = 0.25;
  config.pull_per_second = 0.5;
  config.falls_per_minute = 2.5;
  config.fall_to = 0.15;
  config.fall_mean = TimeDelta::Seconds(2);
  config.outages_per_minute = 0.5;
  config.outage_longest = TimeDelta::Millis(600);
  return config;
}

SyntheticConfig SyntheticConfig::Rail() {
  SyntheticConfig config;
  config.median = DataRate::KilobitsPerSec(5000);
  config.highest = DataRate::KilobitsPerSec(40'000);
  config.walk_per_second = 0.6;
  config.pull_per_second = 0.2;
  config.falls_per_minute = 9;
  config.fall_to = 0.2;
  config.fall_mean = TimeDelta::Seconds(2);
  config.outages_per_minute = 1.5;
  config.outage_longest = TimeDelta::Millis(1000);
  return config;
}

RateTrace MakeSyntheticTrace(const SyntheticConfig& config, TimeDelta length, Rng rng) {
  Spells falls(config.falls_per_minute, Rng(rng.Next()));
  Spells outages(config.outages_per_minute, Rng(rng.Next()));
  const double dt = config.slot.seconds_f();
  const double step = config.walk_per_second * std::sqrt(dt);
  const auto fall_length = [&](Rng& r) { return config.fall_mean.Scaled(Exponential(r)); };
  const auto outage_length = [&](Rng& r) {
    return TimeDelta::Micros(Between(config.outage_shortest.us(), config.outage_longest.us(), r));
  };
  RateTrace trace;
  double x = 0;
  for (TimeDelta at = TimeDelta::Zero(); at < length; at += config.slot) {
    x += step * Gaussian(rng) - config.pull_per_second * dt * x;
    x = std::clamp(x, -7.0, 7.0);
    double factor = Exp(x);
    if (falls.IsOn(at, fall_length)) factor *= config.fall_to;
    if (outages.IsOn(at, outage_length)) factor = 0;
    trace.slots.push_back({at, std::min(config.median.Scaled(factor), config.highest)});
  }
  trace.period = length;
  return trace;
}

}  // namespace onair::twin
