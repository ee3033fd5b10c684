// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <vector>

#include "platform/devices/driver_clock.h"

namespace onair::devices {

// How long it takes to stop. A busy machine is late now and then; what is bounded is what nine of
// ten keep.
class StopTimes {
 public:
  template <typename Stop>
  void Take(const Stop& stop) {
    const Timestamp before = Now();
    stop();
    times_.push_back(Now() - before);
  }
  TimeDelta NineOfTen() const {
    auto sorted = times_;
    std::sort(sorted.begin(), sorted.end());
    return sorted.empty() ? TimeDelta::PlusInfinity() : sorted[(sorted.size() * 9 - 1) / 10];
  }

 private:
  std::vector<TimeDelta> times_;
};

}  // namespace onair::devices
