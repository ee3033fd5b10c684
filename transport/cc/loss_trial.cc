// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/loss_trial.h"

#include <algorithm>

namespace onair::cc {
namespace {

constexpr double kMemory = 150;  // Packets.
constexpr int kUsualMemory = 600;
// Less is mended by resends for less than a question costs.
constexpr double kWorthAsking = 0.1;
// Where they were ours before, a few are enough.
constexpr double kWorthCare = 0.03;
// A second's growth of a ceiling after it held, which becomes half as fast again each second.
constexpr double kUp = 0.05;
constexpr double kFaster = 0.5;
constexpr double kMostUp = 0.5;
// A ceiling above any rate is none.
constexpr double kGone = 1e9;
// Below what arrives, so that a policer's bucket fills again while it is asked.
constexpr double kBelow = 0.8;
constexpr double kKept = 0.97;
// Until what is asked for leaves the encoder and the pacer.
constexpr TimeDelta kReaction = TimeDelta::Millis(100);
constexpr TimeDelta kLeastAsking = TimeDelta::Millis(400);
constexpr TimeDelta kMostAsking = TimeDelta::Seconds(3);
// That many losses are waited for, and bursts of them, so that chance does not answer.
constexpr double kEnoughLosses = 20;
constexpr double kEnoughBursts = 10;
// Losses that fall to less than that share of what they were came from the rate.
constexpr double kEnded = 0.3;
// Between that and this the question is asked again, further down.
constexpr double kUnclear = 0.5;
constexpr int kMostRounds = 2;
// Losses of the air that grew by so much are asked about again.
constexpr double kWorse = 1.5;
constexpr double kWorseBy = 0.1;
// An answer holds so long, and each time three times as long, up to the most: a question costs a
// tenth of a second's rate, and losses that grow are asked about at once.
constexpr int kLonger = 3;
constexpr TimeDelta kLeastHold = TimeDelta::Seconds(5);
constexpr TimeDelta kMostHold = TimeDelta::Seconds(60);

}  // namespace

void LossTrial::Add(Timestamp sent_at, bool is_lost) {
  const bool is_burst = is_lost && !is_in_burst_;
  is_in_burst_ = is_lost;
  share_ += ((is_lost ? 1 : 0) - share_) / kMemory;
  if (state_ != State::kAsking) {
    usual_packets_ = std::min(usual_packets_ + 1, kUsualMemory);
    usual_share_ += ((is_lost ? 1 : 0) - usual_share_) / usual_packets_;
    usual_bursts_ += ((is_burst ? 1 : 0) - usual_bursts_) / usual_packets_;
    return;
  }
  // What was sent before the question goes on being lost, and tells how bad it was.
  if (sent_at < asked_at_ + kReaction) {
    share_before_ = std::max(share_before_, share_);
    return;
  }
  ++asked_packets_;
  asked_lost_ += is_lost ? 1 : 0;
}

bool LossTrial::HasEnough(Timestamp now) const {
  const TimeDelta took = now - asked_at_;
  if (took >= kMostAsking) return true;
  return took >= kLeastAsking && asked_packets_ * share_before_ >= kEnoughLosses &&
         asked_packets_ * usual_bursts_ >= kEnoughBursts;
}

void LossTrial::Judge(const Arriving& arriving, Timestamp now) {
  if (state_ == State::kAsking) {
    if (HasEnough(now)) Answer(now);
    return;
  }
  const double seconds = std::clamp((now - judged_at_).seconds_f(), 0.0, 0.2);
  judged_at_ = now;
  if (state_ == State::kOurs && now >= holds_until_) {
    *ceiling_bps_ *= 1 + up_ * seconds;
    up_ = std::min(up_ * (1 + kFaster * seconds), kMostUp);
    if (*ceiling_bps_ > kGone) {
      ceiling_bps_.reset();
      state_ = State::kCalm;
    }
  }
  const bool is_answered =
      state_ == State::kAir && now < holds_until_ && share_ < share_before_ * kWorse + kWorseBy;
  const double worth = state_ == State::kOurs ? kWorthCare : kWorthAsking;
  if (!is_answered && share_ > worth && arriving.is_steady && arriving.bps > 0) Ask(arriving, now);
}

void LossTrial::Ask(const Arriving& arriving, Timestamp now) {
  state_ = State::kAsking;
  asked_at_ = now;
  asked_packets_ = asked_lost_ = rounds_ = 0;
  share_before_ = share_;
  before_ = arriving;
  // A bucket that was overdrawn takes as long to fill as it was.
  ceiling_bps_ = std::max(arriving.bps * kBelow, arriving.least_bps);
}

void LossTrial::Answer(Timestamp now) {
  if (asked_packets_ == 0) {  // Nobody answered, and what was known is old.
    state_ = State::kCalm;
    ceiling_bps_.reset();
    share_ = 0;
    return;
  }
  const double share = static_cast<double>(asked_lost_) / asked_packets_;
  const double before = std::min(share_before_, usual_share_);
  const bool is_ours = share < before * kEnded;
  if (!is_ours && share < before * kUnclear && rounds_ < kMostRounds) {
    ++rounds_;
    asked_at_ = now;
    asked_packets_ = asked_lost_ = 0;
    ceiling_bps_ = std::max(*ceiling_bps_ * kBelow, before_.least_bps);
    return;
  }
  state_ = is_ours ? State::kOurs : State::kAir;
  ceiling_bps_.reset();
  if (is_ours) ceiling_bps_ = std::max(before_.bps * kKept, before_.least_bps);
  share_ = is_ours ? 0 : share;
  if (!is_ours) share_before_ = std::max(share_before_, share);
  up_ = kUp;
  hold_ = std::clamp(hold_ * kLonger, kLeastHold, kMostHold);
  holds_until_ = now + hold_;
}

}  // namespace onair::cc
