// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/gcc_probes.h"

#include <algorithm>

namespace onair::cc {
namespace {

// Source: libwebrtc modules/congestion_controller/goog_cc/probe_controller.cc
// ProbeControllerConfig: p1, p2, step_size, further_probe_threshold, alr_scale, alr_interval,
// min_probe_duration, min_probe_packets_sent
constexpr double kFirst = 3;
constexpr double kSecond = 6;
constexpr double kFurther = 2;
constexpr double kFurtherAbove = 0.7;
constexpr double kAlr = 2;
constexpr TimeDelta kAlrInterval = TimeDelta::Seconds(5);
constexpr TimeDelta kSpan = TimeDelta::Millis(15);
constexpr DataSize kLeastSize = DataSize::Bytes(5 * 1200);
// The same file: kMaxWaitingTimeForProbingResult, kBitrateDropThreshold, kBitrateDropTimeout,
// kProbeFractionAfterDrop, kAlrEndedTimeout, kMinTimeBetweenAlrProbes, kProbeUncertainty
constexpr TimeDelta kWait = TimeDelta::Seconds(1);
constexpr double kDrop = 0.66;
constexpr TimeDelta kDropMemory = TimeDelta::Seconds(5);
constexpr double kAfterDrop = 0.85;
constexpr TimeDelta kAlrMemory = TimeDelta::Seconds(3);
constexpr TimeDelta kRecoveryInterval = TimeDelta::Seconds(5);
constexpr double kUncertainty = 0.05;

// Two are planned at once at most, and the next come after their results.
constexpr std::size_t kMostWaiting = 4;

}  // namespace

void GccProbes::Start(DataRate rate, Timestamp now) {
  if (state_ != State::kIdle) return;
  estimate_ = rate;
  Plan({rate.Scaled(kFirst), rate.Scaled(kSecond)}, Further::kYes, now);
}

void GccProbes::OnEstimate(DataRate rate, Probing probing, Timestamp now) {
  probing_ = probing;
  if (rate < estimate_.Scaled(kDrop)) {
    dropped_at_ = now;
    before_drop_ = estimate_;
  }
  estimate_ = rate;
  if (state_ == State::kWaiting && further_above_ && rate > *further_above_) {
    Plan({rate.Scaled(kFurther)}, Further::kYes, now);
  }
}

// If it was a moment's drop, the line takes nearly what it took before.
void GccProbes::OnRecovered(std::optional<Timestamp> alr_since, Timestamp now) {
  const bool is_near_alr = alr_since || (alr_ended_at_ && now - *alr_ended_at_ < kAlrMemory);
  if (!is_near_alr || state_ != State::kDone || !dropped_at_.is_finite()) return;
  const DataRate rate = before_drop_.Scaled(kAfterDrop);
  if (rate.Scaled(1 - kUncertainty) <= estimate_ || now - dropped_at_ >= kDropMemory) return;
  if (recovery_at_.is_finite() && now - recovery_at_ <= kRecoveryInterval) return;
  recovery_at_ = now;
  Plan({rate}, Further::kNo, now);
}

void GccProbes::OnTime(std::optional<Timestamp> alr_since, Timestamp now) {
  if (state_ == State::kWaiting && now - begun_at_ > kWait) {
    state_ = State::kDone;
    further_above_.reset();
  }
  if (state_ != State::kDone || !alr_since) return;
  if (now < std::max(*alr_since, begun_at_) + kAlrInterval) return;
  Plan({estimate_.Scaled(kAlr)}, Further::kYes, now);
}

void GccProbes::Plan(std::initializer_list<DataRate> rates, Further further, Timestamp now) {
  if (probing_ == Probing::kForbidden) return;
  DataRate last = DataRate::Zero();
  for (const DataRate rate : rates) {
    last = std::min(rate, most_);
    if (rate >= most_) further = Further::kNo;
    if (waiting_.size() >= kMostWaiting || last <= DataRate::Zero()) continue;
    waiting_.push_back({.rate = last, .size = std::max(last * kSpan, kLeastSize)});
  }
  begun_at_ = now;
  state_ = further == Further::kYes ? State::kWaiting : State::kDone;
  further_above_.reset();
  if (further == Further::kYes) further_above_ = last.Scaled(kFurtherAbove);
}

std::optional<ProbePlan> GccProbes::Take(Timestamp now) {
  if (waiting_.empty() || now < through_at_) return std::nullopt;
  const ProbePlan plan = waiting_.front();
  waiting_.pop_front();
  through_at_ = now + plan.size / plan.rate;
  return plan;
}

Timestamp GccProbes::next_at() const {
  return waiting_.empty() ? Timestamp::PlusInfinity() : through_at_;
}

}  // namespace onair::cc
