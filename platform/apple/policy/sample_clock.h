// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/media/media_time.h"
#include "core/units/time.h"

namespace onair::apple {

// The host clock's time of a sample buffer on this library's clock. Both are monotonic; they need
// not have one origin, and one stands still while the device sleeps. Pure.
class SampleClock {
 public:
  // `host`: of the sample; `host_now` and `now`: the same moment, now. A moment to come is now,
  // and none lies further back than kOldest: a stamp of another clock.
  static Timestamp At(TimeDelta host, TimeDelta host_now, Timestamp now) {
    const TimeDelta age = host_now - host;
    if (age < TimeDelta::Zero() || age > kOldest) return now;
    return now - age;
  }

  // Source: ours; what a camera or ReplayKit holds back is tenths of a second.
  static constexpr TimeDelta kOldest = TimeDelta::Seconds(5);
};

}  // namespace onair::apple
