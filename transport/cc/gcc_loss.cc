// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/gcc_loss.h"

#include <algorithm>
#include <limits>

namespace onair::cc {
namespace {

// Source: libwebrtc modules/congestion_controller/goog_cc/loss_based_bwe_v2.cc kMaxHoldDuration;
// CreateConfig(): the defaults of CandidateFactors, BwRampupUpperBoundFactor,
// BwRampupUpperBoundInHoldFactor, BwRampupUpperBoundHoldThreshold, InstantUpperBoundBwBalance,
// MaxIncreaseFactor, DelayedIncreaseWindow, HoldDurationFactor,
// PaddingDuration
constexpr TimeDelta kLongestHold = TimeDelta::Seconds(60);
constexpr double kFactors[] = {1.02, 1.0, 0.95};
constexpr double kRampUp = 1.5;
constexpr double kRampUpInHold = 1.2;
constexpr double kInHold = 1.3;
constexpr DataRate kBalance = DataRate::KilobitsPerSec(100);
constexpr double kWindowUp = 1.3;
constexpr TimeDelta kWindow = TimeDelta::Millis(300);
constexpr std::int64_t kLongerHold = 2;
constexpr TimeDelta kPadding = TimeDelta::Seconds(2);
// The same project, kCongestionControllerMinBitrate.
constexpr DataRate kLeastWindow = DataRate::KilobitsPerSec(5);

}  // namespace

void GccLoss::SetEstimate(DataRate rate) {
  if (!best_) best_.emplace();
  best_->limit = rate;
  estimate_ = rate;
  state_ = GccLossState::kDelayBased;
}

void GccLoss::Update(std::span<const PacketFate> packets, DataRate delay_based, GccSource source) {
  if (!model_.Add(packets)) return;
  if (!best_) SetEstimate(delay_based);
  GccLossChannel candidate = BestCandidate(delay_based, source);
  // Losses beyond the line's own are no time to send more.
  if (model_.average_loss() > candidate.own_loss) {
    candidate.limit = std::min(candidate.limit, best_->limit);
  }
  if (is_limited()) Restrain(candidate);
  const DataRate bounded = Bounded(candidate.limit, delay_based);
  if (bounded < candidate.limit) {
    candidate = {.own_loss = 0, .limit = bounded};
  } else {
    candidate.limit = std::max(candidate.limit, LowerBound());
  }
  best_ = candidate;
  Decide(bounded, delay_based);
}

GccLossChannel GccLoss::BestCandidate(DataRate delay_based, GccSource source) const {
  const DataRate most =
      std::max(best_->limit, is_limited() ? window_most_.value_or(limits_.most) : limits_.most);
  GccLossChannel best = *best_;
  double best_likelihood = -std::numeric_limits<double>::max();
  const auto judge = [&](DataRate limit) {
    const GccLossChannel candidate =
        model_.Improved({.own_loss = best_->own_loss, .limit = std::min(limit, most)});
    const double likelihood = model_.Likelihood(candidate);
    if (likelihood <= best_likelihood) return;
    best_likelihood = likelihood;
    best = candidate;
  };
  for (const double factor : kFactors) judge(best_->limit.Scaled(factor));
  if (acked_ && (source == GccSource::kBusy || is_padding())) judge(*acked_);
  if (delay_based > best_->limit) judge(delay_based);
  return best;
}

// While losses limit: so much in a window, and no further than what is acknowledged proves.
void GccLoss::Restrain(GccLossChannel& candidate) const {
  const bool is_in_window =
      window_began_.is_finite() && window_began_ + kWindow > model_.last_sent_at();
  if (is_in_window && window_most_) candidate.limit = std::min(candidate.limit, *window_most_);
  if (!IsRising(best_->limit, candidate.limit) || !acked_) return;
  const bool is_held = hold_.rate && *acked_ < hold_.rate->Scaled(kInHold);
  const DataRate proven = acked_->Scaled(is_held ? kRampUpInHold : kRampUp);
  candidate.limit = std::max(best_->limit, std::min(candidate.limit, proven));
  // The least there is, so that it counts as rising.
  if (state_ == GccLossState::kDecreasing && candidate.limit == best_->limit) {
    candidate.limit = best_->limit + DataRate::BitsPerSec(1);
  }
}

DataRate GccLoss::Bounded(DataRate candidate, DataRate delay_based) const {
  return std::max(LowerBound(), std::min({candidate, UpperBound(), delay_based}));
}

void GccLoss::Decide(DataRate bounded, DataRate delay_based) {
  const Timestamp last = model_.last_sent_at();
  if (state_ == GccLossState::kDecreasing && hold_.until > last && bounded < delay_based) {
    if (hold_.rate) hold_.rate = std::max(LowerBound(), *hold_.rate);
    estimate_ = std::min(hold_.rate.value_or(bounded), bounded);
    return;
  }
  const bool is_below = bounded < delay_based && bounded < limits_.most;
  const bool may_rise =
      state_ != GccLossState::kIncreasing || is_padding() || padding_rate_ < bounded;
  if (!is_below) {
    EndPadding();
    hold_ = kNoHold;
    state_ = GccLossState::kDelayBased;
  } else if (IsRising(estimate_, bounded) && may_rise) {
    if (bounded > padding_rate_) padding_began_ = last;
    padding_rate_ = std::max(padding_rate_, bounded);
    state_ = GccLossState::kIncreasing;
  } else {
    EndPadding();
    if (state_ != GccLossState::kDecreasing) {
      hold_ = {last + hold_.next, std::min(kLongestHold, hold_.next * kLongerHold), bounded};
    }
    state_ = GccLossState::kDecreasing;
  }
  estimate_ = bounded;
  if (is_limited()) OpenWindow();
}

void GccLoss::EndPadding() {
  padding_rate_ = DataRate::Zero();
  padding_began_ = Timestamp::MinusInfinity();
}

void GccLoss::OpenWindow() {
  const Timestamp last = model_.last_sent_at();
  if (window_began_.is_finite() && window_began_ + kWindow >= last) return;
  window_most_ = std::max(kLeastWindow, best_->limit.Scaled(kWindowUp));
  window_began_ = last;
}

DataRate GccLoss::LowerBound() const {
  return std::max(acked_.value_or(DataRate::Zero()), limits_.least);
}

DataRate GccLoss::UpperBound() const {
  const double excess = model_.average_loss() - limits_.free_loss;
  return excess > 0 ? kBalance.Scaled(1 / excess) : limits_.most;
}

bool GccLoss::IsRising(DataRate from, DataRate to) const {
  const bool is_still = from == to && state_ == GccLossState::kIncreasing;
  return is_limited() && (from < to || is_still);
}

bool GccLoss::is_padding() const {
  return padding_began_.is_finite() && padding_began_ + kPadding >= model_.last_sent_at();
}

}  // namespace onair::cc
