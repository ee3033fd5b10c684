// SPDX-License-Identifier: Apache-2.0
//
// How far behind the fastest arrival the play line should run: enough for the jitter that
// was measured, more for a while after a stall.
#pragma once

#include <optional>

#include "core/api/play_config.h"
#include "core/playout/arrival_clock.h"
#include "core/playout/delay_histogram.h"
#include "core/units/time.h"

namespace onair::playout {

// Pure. Rises at once, falls slowly.
class TargetDelay {
 public:
  // `fixed_delay` is read in kFixed only. `begin`: the target before anything is measured, if that
  // is more than the mode's least; media goes on then, nothing opens.
  TargetDelay(BufferMode mode, TimeDelta fixed_delay, TimeDelta begin = TimeDelta::Zero());

  // The worst delays of one slot. A late picture is shown late; late sound is a hole that is heard.
  void OnSlot(const ArrivalClock::SlotDelays& delays, Timestamp at);
  // The same where tracks are not told apart.
  void OnWorstDelay(TimeDelta delay, Timestamp at) { OnSlot({delay, TimeDelta::Zero()}, at); }
  // Media ran out; `late`: by how much the first frame after it missed its time, or zero
  // while that is not known.
  void OnStall(TimeDelta late, Timestamp at);

  // What the sender asks for: never less than `least`, and not more than `most` where that is more.
  // kFixed ignores it.
  void SetRange(TimeDelta least, TimeDelta most);

  // The target at `now`; an earlier time counts as the latest seen.
  TimeDelta At(Timestamp now);
  // As last answered.
  TimeDelta current() const { return mode_ == BufferMode::kFixed ? fixed_ : current_; }

 private:
  TimeDelta Wanted() const;

  BufferMode mode_;
  TimeDelta fixed_;
  DelayHistogram histogram_;
  DelayHistogram sound_;
  TimeDelta jitter_ = TimeDelta::Zero();  // The mode's quantile of it.
  TimeDelta boost_ = TimeDelta::Zero();
  std::optional<Timestamp> boosted_at_;
  TimeDelta least_ = TimeDelta::Zero();
  TimeDelta most_ = TimeDelta::PlusInfinity();
  TimeDelta current_;
  std::optional<Timestamp> opening_ends_at_;  // Infinity: it has.
  std::optional<Timestamp> updated_at_;
};

}  // namespace onair::playout
