// SPDX-License-Identifier: Apache-2.0
//
// What the next packet will wait, known before any packet waited so long: behind the newest packet
// that was heard of stands all that left since.
#pragma once

#include "core/units/data.h"
#include "core/units/time.h"

namespace onair::cc {

// Pure. Times never decrease.
class QueueAhead {
 public:
  // The newest packet that arrived, and what was not heard of yet or has not left.
  struct Newest {
    Timestamp sent_at;
    TimeDelta wait;
    DataSize behind;
  };
  void OnReport(const Newest& newest, DataRate line, Timestamp now);
  // Nothing was heard. `sent_share`: what is sent, of what the line carries.
  void OnNothing(double sent_share, Timestamp now);
  // The line is silent for so long, and what is under way waits.
  void OnSilence(TimeDelta silence, Timestamp now);

  // Pacer and line together. Range [0, 10 s].
  TimeDelta wait() const { return wait_; }

 private:
  TimeDelta wait_ = TimeDelta::Zero();
  Timestamp known_at_ = Timestamp::MinusInfinity();
};

}  // namespace onair::cc
