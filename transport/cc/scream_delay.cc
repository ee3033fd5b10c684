// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/scream_delay.h"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace onair::cc {
namespace {

// Source: EricssonResearch/scream code/ScreamV2Tx.cpp kBaseDelayUpdateInterval_ntp,
// kMinCongestionBackOffInterval_ntp, kQueueDelayAvgAlpha, kQueueDelayDevNorm,
// kSlowUpdateInterval_ntp, kBaseDelayResetInterval_ntp, kNumRateLimitRtts; getTargetBitrate()
constexpr TimeDelta kStretch = TimeDelta::Seconds(10);
constexpr TimeDelta kStep = TimeDelta::Millis(30);
constexpr double kAlpha = 0.25;
constexpr double kDeviationUnit = 0.025;
constexpr TimeDelta kSlowStep = TimeDelta::Millis(50);
constexpr double kStandingAlpha = 0.005;
constexpr double kStandingShare = 1.0 / 8;
constexpr TimeDelta kRenewal = TimeDelta::Seconds(60);
constexpr std::int64_t kRenewalTrips = 5;
constexpr TimeDelta kLeastRenewal = TimeDelta::Millis(100);

// Nobody waits longer: a clock was set.
constexpr double kMostQueue = 60;
constexpr TimeDelta kLongestTrip = TimeDelta::Seconds(10);

}  // namespace

void ScreamDelay::OnFeedback(TimeDelta last, TimeDelta least, TimeDelta round_trip, Timestamp now) {
  if (renewing_since_ && !is_renewing(now)) {
    least_.fill(std::nullopt);
    least_queue_ = 0;
    renewing_since_.reset();
  }
  TrackBase(least, now);
  TrackRoundTrip(round_trip, now);
  const double queue = std::clamp((last - base()).seconds_f(), 0.0, kMostQueue);
  Smooth(queue, now);
  WatchStanding(queue, now);
}

void ScreamDelay::TrackBase(TimeDelta delay, Timestamp now) {
  if (!stretch_began_) stretch_began_ = now;
  if (now - *stretch_began_ >= kStretch) {
    stretch_ = (stretch_ + 1) % kStretches;
    least_[stretch_].reset();
    stretch_began_ = now;
  }
  auto& present = least_[stretch_];
  present = present ? std::min(*present, delay) : delay;
}

TimeDelta ScreamDelay::base() const {
  TimeDelta least = TimeDelta::PlusInfinity();
  for (const auto& delay : least_) least = std::min(least, delay.value_or(least));
  return least;
}

void ScreamDelay::TrackRoundTrip(TimeDelta round_trip, Timestamp now) {
  const TimeDelta trip = std::clamp(round_trip, TimeDelta::Millis(1), kLongestTrip);
  short_round_trip_ = (short_round_trip_ * 7 + trip) / 8;
  if (round_trip_at_.is_finite() && now - round_trip_at_ <= short_round_trip_) return;
  round_trip_ = (round_trip_ * 7 + short_round_trip_) / 8;
  round_trip_at_ = now;
}

TimeDelta ScreamDelay::quick_round_trip() const {
  return std::min(round_trip_, short_round_trip_);
}

void ScreamDelay::Smooth(double queue, Timestamp now) {
  if (smoothed_at_.is_finite() && now - smoothed_at_ <= std::min(kStep, round_trip_)) return;
  smoothed_at_ = now;
  average_ = queue < average_ ? queue : average_ + kAlpha * (queue - average_);
  deviation_ = (63 * deviation_ + (queue - average_) / kDeviationUnit) / 64;
}

void ScreamDelay::WatchStanding(double queue, Timestamp now) {
  least_in_step_ = std::min(least_in_step_.value_or(queue), queue);
  if (!step_began_.is_finite()) step_began_ = renewed_at_ = now;
  if (now - step_began_ <= kSlowStep) return;
  step_began_ = now;
  const double least = *std::exchange(least_in_step_, std::nullopt);
  least_queue_ =
      least < least_queue_ ? least : least_queue_ + kStandingAlpha * (least - least_queue_);
  const bool is_standing = least_queue_ > kTarget * kStandingShare;
  if (!is_standing || renewing_since_ || now - renewed_at_ <= kRenewal) return;
  renewing_since_ = renewed_at_ = now;
}

bool ScreamDelay::is_renewing(Timestamp now) const {
  return renewing_since_ &&
         now - *renewing_since_ < std::max(kLeastRenewal, round_trip_ * kRenewalTrips);
}

}  // namespace onair::cc
