// SPDX-License-Identifier: Apache-2.0
#include "core/playout/latency_control.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace onair::playout {
namespace {

constexpr TimeDelta kInterval = TimeDelta::Millis(250);

// Further behind than this the line jumps: catching up would take over 10 s at 1.1. Who wants all
// of it shown is led by the bound of the buffer alone.
constexpr TimeDelta kJumpLimit = TimeDelta::Seconds(1);

// A stall that is foreseen for within this is met by playing slower: it comes later or not at all.
// Source: ours; playout_twin_bench, 2026-11-21: a line at 60 % for 3 s, delay of 1 s: a seventh of
// the stalls. More than kSlowest, as it is short and the other choice is silence.
constexpr TimeDelta kForesight = TimeDelta::Seconds(2);
constexpr double kBeforeStall = 0.90;

// Correction begins outside the slack and ends inside this.
constexpr TimeDelta kLeave = TimeDelta::Millis(5);

// Source: ours; stretched speech is not noticed within these, music within half of them.
constexpr double kSlowest = 0.95;
constexpr double kStep = 0.02;  // Largest change per decision.
// Source: platform/sdk/audio_renderer.cc, kResampleLimit.
constexpr double kResampled = 0.01;
constexpr double Fastest(CatchUp catch_up) {
  return catch_up == CatchUp::kSpeed ? 1.20 : 1.10;
}
constexpr double kGrain = 0.005;  // Speeds are multiples of this: fewer changes of line.

double Grained(double deviation) {
  const double rounded = std::round(deviation / kGrain) * kGrain;
  if (rounded != 0) return rounded;
  return deviation < 0 ? -kGrain : kGrain;
}

}  // namespace

LatencyDecision LatencyControl::OnReport(const LatencyReport& report) {
  using Move = LatencyDecision::Move;
  const TimeDelta error = report.delay - report.target;
  const TimeDelta size = std::max(error, -error);
  const Timestamp again = report.at + kInterval;
  if (error > (catch_up_ == CatchUp::kJump ? kJumpLimit : buffer_span_)) {
    Reset();
    return {rate_, Move::kJump, again, "far behind"};
  }
  if (report.runs_dry_in < kForesight) {
    is_bracing_ = true;
    rate_ = kBeforeStall;
    return {rate_, Move::kRun, again, "stall ahead"};
  }
  if (std::exchange(is_bracing_, false)) rate_ = 1.0;
  const bool has_crossed = (error > TimeDelta::Zero()) != (rate_ >= 1.0);
  if (correcting_ && (size <= kLeave || (rate_ != 1.0 && has_crossed))) correcting_ = false;
  if (!correcting_ && size > std::max(slack_.least, report.target / slack_.share))
    correcting_ = true;

  const bool may_stretch = size >= slack_.stretch_from;
  const double slowest = may_stretch ? kSlowest : 1.0 - kResampled;
  const double fastest = may_stretch ? Fastest(catch_up_) : 1.0 + kResampled;
  const double wanted =
      correcting_ ? std::clamp(1.0 + Grained(slack_.gain * error.seconds_f()), slowest, fastest)
                  : 1.0;
  rate_ = std::clamp(wanted, rate_ - kStep, rate_ + kStep);
  if (std::abs(rate_ - 1.0) < kGrain / 2) rate_ = 1.0;
  const char* reason = !correcting_                ? "near target"
                       : error > TimeDelta::Zero() ? "behind"
                                                   : "ahead";
  return {rate_, Move::kRun, again, reason};
}

void LatencyControl::Reset() {
  correcting_ = false;
  is_bracing_ = false;
  rate_ = 1.0;
}

}  // namespace onair::playout
