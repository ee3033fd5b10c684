// SPDX-License-Identifier: Apache-2.0
//
// The least one-way delay of the last seconds: what a packet takes on an empty line, by two clocks
// that need not agree. What a packet takes above it is the queue.
#pragma once

#include <optional>

#include "core/units/time.h"

namespace onair::cc {

// Pure. Remembers 10 to 20 s, so that clocks which drift apart move it along.
class BaseDelay {
 public:
  // `now` does not decrease.
  void Add(TimeDelta delay, Timestamp now);
  // The way became longer: what was known of the old one is forgotten.
  void Restart(TimeDelta delay, Timestamp now);

  // The line is known not to be empty now: nothing is forgotten for that.
  void Hold(Timestamp now) { began_at_ = now; }

  TimeDelta least() const;
  bool is_known() const { return present_.has_value(); }

 private:
  std::optional<TimeDelta> present_;  // Of the present stretch, and of the one before.
  std::optional<TimeDelta> before_;
  Timestamp began_at_ = Timestamp::Zero();
};

}  // namespace onair::cc
