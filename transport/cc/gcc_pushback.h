// SPDX-License-Identifier: Apache-2.0
//
// Of `gcc`: less video while more is under way than a round trip and 350 ms hold.
#pragma once

#include <cstddef>
#include <deque>

#include "core/units/data.h"

namespace onair::cc {

// Pure.
class GccPushback {
 public:
  // `queue`: under way beyond a round trip.
  explicit GccPushback(TimeDelta queue = TimeDelta::Millis(350)) : queue_(queue) {}

  // The longest time from sending to feedback in one feedback.
  void OnRoundTrip(TimeDelta longest);
  // `steps`: packets and moments at which libwebrtc would have looked.
  void Update(DataRate rate, DataSize in_flight, std::size_t steps);

  // Of the pictures' bits. Range [0.5, 1].
  double share() const;

 private:
  TimeDelta queue_;
  std::deque<TimeDelta> trips_;  // The last 32.
  DataSize window_ = DataSize::Zero();
  double ratio_ = 1;
};

}  // namespace onair::cc
