// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/rate_follower.h"

#include <algorithm>

namespace onair::codec {
namespace {

// VBV after a change of rate, and for how long. Shorter undershoots, longer overshoots.
// Source: ours; codec_bench "rate steps", 2026-11: first second after 1500 -> 600 kbit/s is
// -2..+8 % off with it and +15..+25 % without.
constexpr TimeDelta kTightVbv = TimeDelta::Millis(100);
constexpr TimeDelta kTightSpan = TimeDelta::Seconds(1);

// A change of the real frame rate below this is left to the rate control.
constexpr double kPaceTolerance = 0.1;

bool Differs(double a, double b) {
  return a > b * (1 + kPaceTolerance) || a < b * (1 - kPaceTolerance);
}

}  // namespace

RateFollower::RateFollower(const VideoConfig& config)
    : vbv_(config.vbv),
      wanted_(config.rate),
      applied_{config.rate, config.vbv, config.frame_rate} {}

std::optional<RatePlan> RateFollower::PlanAt(MediaTime now, double frame_rate) {
  if (wanted_ != applied_.rate) tight_until_ = now + kTightSpan;
  RatePlan plan = applied_;
  plan.rate = wanted_;
  plan.vbv = VbvAt(now);
  if (Differs(frame_rate, applied_.frame_rate)) plan.frame_rate = frame_rate;
  const bool is_same = plan.rate == applied_.rate && plan.vbv == applied_.vbv &&
                       plan.frame_rate == applied_.frame_rate;
  if (is_same) return std::nullopt;
  applied_ = plan;
  return plan;
}

TimeDelta RateFollower::VbvAt(MediaTime now) const {
  const bool is_tight = tight_until_ && now < *tight_until_;
  return is_tight ? std::min(vbv_, kTightVbv) : vbv_;
}

}  // namespace onair::codec
