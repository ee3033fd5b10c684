// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/api/play_config.h"
#include "core/units/time.h"

namespace onair::playout {

// How far the play line runs behind the fastest arrival, and how far it should.
struct LatencyReport {
  Timestamp at;
  TimeDelta delay;
  TimeDelta target;
  // When all that came will have been played, where a stall is foreseen (StallForecast).
  TimeDelta runs_dry_in = TimeDelta::PlusInfinity();
};

// What the line does until the next one.
struct LatencyDecision {
  enum class Move {
    kRun = 1,   // Go on at `playback_rate`.
    kJump = 2,  // Put the line at the target at once.
  };
  double playback_rate;  // [0.90, 1.20]
  Move move;
  Timestamp decide_again_at;
  const char* reason;  // For traces and tests.
};

// Keeps live delay near its target by small speed changes; jumps only when far behind, and plays
// slower while a stall is foreseen. Pure.
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
    // Less is corrected by a hundredth at most: so far sound follows by resampling, where the
    // stretcher wants 30 ms of it in advance, which nothing but delay could give.
    TimeDelta stretch_from = TimeDelta::Zero();
  };
  // `buffer_span`: kSpeed jumps when further behind, as what lies between is not all there.
  explicit LatencyControl(const Slack& slack, CatchUp catch_up = CatchUp::kJump,
                          TimeDelta buffer_span = TimeDelta::PlusInfinity())
      : slack_(slack), catch_up_(catch_up), buffer_span_(buffer_span) {}

  [[nodiscard]] LatencyDecision OnReport(const LatencyReport& report);

  // Start again at normal speed, after a jump that somebody else made.
  void Reset();

  double playback_rate() const { return rate_; }

 private:
  Slack slack_;
  CatchUp catch_up_;
  TimeDelta buffer_span_;
  bool correcting_ = false;
  bool is_bracing_ = false;  // Slow for a stall that is foreseen.
  double rate_ = 1.0;
};

}  // namespace onair::playout
