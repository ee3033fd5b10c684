// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/units/time.h"

namespace onair::playout {

// How far the play line runs behind the fastest arrival, and how far it should.
struct LatencyReport {
  Timestamp at;
  TimeDelta delay;
  TimeDelta target;
};

// What the line does until the next one.
struct LatencyDecision {
  enum class Move {
    kRun = 1,   // Go on at `playback_rate`.
    kJump = 2,  // Put the line at the target at once.
  };
  double playback_rate;  // [0.95, 1.10]
  Move move;
  Timestamp decide_again_at;
  const char* reason;  // For traces and tests.
};

// Keeps live delay near its target by small speed changes; jumps only when far off. Pure.
// A dead band with hysteresis keeps the speed at exactly 1 almost always: a clock that is
// 100 ppm off needs one correction in some minutes.
class LatencyControl {
 public:
  // How far off the delay may be before it is corrected: `least`, or `target / share` where that is
  // more; and by what speed then, per second that it is off. Narrower and quicker correct more
  // often, wider and slower give away delay.
  struct Slack {
    TimeDelta least;
    int share;
    double gain = 0.5;
  };
  explicit LatencyControl(const Slack& slack) : slack_(slack) {}

  [[nodiscard]] LatencyDecision OnReport(const LatencyReport& report);

  // Start again at normal speed, after a jump that somebody else made.
  void Reset();

  double playback_rate() const { return rate_; }

 private:
  Slack slack_;
  bool correcting_ = false;
  double rate_ = 1.0;
};

}  // namespace onair::playout
