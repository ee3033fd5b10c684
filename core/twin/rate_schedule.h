// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/units/data.h"
#include "core/units/time.h"

namespace onair::twin {

// What a link can carry over time: constant between changes. Rate zero is an outage. Pure
// value.
class RateSchedule {
 public:
  // The same rate for ever.
  explicit RateSchedule(DataRate rate) : steps_{{Timestamp::MinusInfinity(), rate}} {}
  // Any size takes no time.
  static RateSchedule Unlimited() {
    return RateSchedule(DataRate::BitsPerSec(units_internal::kMax));
  }

  // From `at` on; replaces what was planned after it.
  RateSchedule& Change(Timestamp at, DataRate rate);
  // Nothing passes for `length`, then the rate before returns. Replaces what was planned.
  RateSchedule& Outage(Timestamp at, TimeDelta length);

  DataRate At(Timestamp at) const;
  bool is_up(Timestamp at) const { return At(at) > DataRate::Zero(); }

  // When the last bit of `size` has left, if the first leaves at `begin`; rounded up to whole
  // microseconds. Infinity: never.
  Timestamp FinishOf(DataSize size, Timestamp begin) const;

 private:
  struct Step {
    Timestamp from;
    DataRate rate;
  };
  std::size_t IndexAt(Timestamp at) const;

  std::vector<Step> steps_;  // Rising; the first begins before all time.
};

}  // namespace onair::twin
