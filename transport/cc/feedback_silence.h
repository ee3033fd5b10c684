// SPDX-License-Identifier: Apache-2.0
//
// Packets are under way and nothing is told of them. Nobody's text says what then; all rules that
// have none of their own do the same: less, each half second.
#pragma once

#include <algorithm>
#include <optional>

#include "core/units/time.h"

namespace onair::cc {

// Pure. Times do not decrease.
class FeedbackSilence {
 public:
  static constexpr double kDown = 0.7;

  void OnFeedback(Timestamp now) { heard_at_ = now; }
  // Nothing is under way.
  void OnIdle(Timestamp now) { heard_at_ = now; }
  // Something is, and this report told nothing: whether to send less now.
  bool IsDue(TimeDelta round_trip, Timestamp now) {
    if (!heard_at_) heard_at_ = now;
    if (now - *heard_at_ < std::max(kStep, round_trip * 3)) return false;
    if (cut_at_ && now - *cut_at_ < kStep) return false;
    cut_at_ = now;
    return true;
  }

 private:
  static constexpr TimeDelta kStep = TimeDelta::Millis(500);

  std::optional<Timestamp> heard_at_, cut_at_;
};

}  // namespace onair::cc
