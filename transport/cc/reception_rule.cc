// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/reception_rule.h"

#include <algorithm>
#include <cmath>

namespace onair::cc {
namespace {

// Source: draft-ietf-rmcat-gcc-02 section 6, whose cut takes half of the share that is lost;
// libwebrtc cd6792e5 modules/congestion_controller/goog_cc/send_side_bandwidth_estimation.cc, which
// grows by 8 % a second.
constexpr double kLowLoss = 0.02;
constexpr double kHighLoss = 0.10;
constexpr double kGrowthEachSecond = 0.08;
// Reports come up to 5 s apart (RFC 3550 section 6.2); growth is not made up for more than this.
constexpr TimeDelta kMostGrowth = TimeDelta::Seconds(2);
// Source: libwebrtc cd6792e5 send_side_bandwidth_estimation.cc kBweDecreaseInterval.
constexpr TimeDelta kCutInterval = TimeDelta::Millis(300);

// A round trip this much above the least is our own queue. Source: ours; a report's round trip
// swings by some tens of milliseconds on radio links, and 200 ms of queue are felt by viewers.
constexpr TimeDelta kQueue = TimeDelta::Millis(150);
constexpr double kQueueCut = 0.85;
constexpr TimeDelta kStretch = TimeDelta::Seconds(30);

// REMB that is not repeated says nothing any more. Source: ours; libwebrtc's receivers repeat it
// each second, and a loss or two are no reason.
constexpr TimeDelta kMostHolds = TimeDelta::Seconds(5);
// RFC 8083 section 4.1 stops after three intervals without a report; the longest is 5 s.
constexpr TimeDelta kSilence = TimeDelta::Seconds(15);

constexpr TimeDelta kAgain = TimeDelta::Seconds(1);

// Source: libwebrtc cd6792e5 goog_cc_network_control.cc kDefaultPaceMultiplier.
constexpr double kPacing = 2.5;

}  // namespace

CongestionDecision ReceptionRule::OnReport(const ReceptionReport& report) {
  now_ = std::max(now_, report.at);
  heard_at_ = now_;
  if (report.most) {
    most_ =
        *report.most > config_.audio_rate ? *report.most - config_.audio_rate : config_.min_rate;
    most_at_ = now_;
  }
  if (report.rtt && report.rtt->is_finite() && *report.rtt >= TimeDelta::Zero()) {
    NoteRoundTrip(*report.rtt);
  }
  if (report.loss && std::isfinite(*report.loss)) Judge(std::clamp(*report.loss, 0.0, 1.0));
  return Answer();
}

CongestionDecision ReceptionRule::OnTime(Timestamp now) {
  now_ = std::max(now_, now);
  if (heard_at_.is_finite() && now_ - heard_at_ >= kSilence) {
    target_ = config_.min_rate;
    cause_ = Cause::kCongestion;
    reason_ = "silence";
  }
  return Answer();
}

void ReceptionRule::NoteRoundTrip(TimeDelta rtt) {
  if (now_ - stretch_began_ >= kStretch) {
    least_before_ = least_now_;
    least_now_.reset();
    stretch_began_ = now_;
  }
  rtt_ = rtt;
  least_now_ = least_now_ ? std::min(*least_now_, rtt) : rtt;
}

bool ReceptionRule::IsQueued() const {
  if (!rtt_) return false;
  const TimeDelta least = std::min(least_now_.value_or(*rtt_), least_before_.value_or(*rtt_));
  return *rtt_ - least > kQueue;
}

void ReceptionRule::Judge(double loss) {
  loss_ = loss;
  if (loss > kHighLoss) return Cut(1 - loss / 2, "loss");
  if (IsQueued()) return Cut(kQueueCut, "round trip");
  const bool is_lossy = loss >= kLowLoss;
  cause_ = is_lossy ? Cause::kWirelessLoss : Cause::kNone;
  reason_ = is_lossy ? "some loss" : "grows";
  if (is_lossy) {
    grown_at_ = now_;
  } else {
    Grow();
  }
}

// What a cut did shows a round trip later.
void ReceptionRule::Cut(double factor, const char* reason) {
  cause_ = Cause::kCongestion;
  reason_ = reason;
  grown_at_ = now_;
  if (now_ - cut_at_ < kCutInterval + rtt_.value_or(TimeDelta::Zero())) return;
  cut_at_ = now_;
  target_ = target_.Scaled(factor);
}

void ReceptionRule::Grow() {
  const TimeDelta since = grown_at_.is_finite() ? std::min(now_ - grown_at_, kMostGrowth) : kAgain;
  grown_at_ = now_;
  target_ = target_.Scaled(1 + kGrowthEachSecond * since.seconds_f());
}

CongestionDecision ReceptionRule::Answer() {
  if (most_ && now_ - most_at_ > kMostHolds) most_.reset();
  if (most_ && *most_ < target_) {
    target_ = *most_;
    reason_ = "remb";
    if (cause_ == Cause::kNone) cause_ = Cause::kCongestion;
  }
  target_ = std::clamp(target_, config_.min_rate, config_.max_rate);
  return {.target_rate = target_,
          .pacing_rate = (target_ + config_.audio_rate).Scaled(kPacing),
          .congestion_window = {},
          .probe = {},
          .repair = {.retransmit = RepairAdvice::Retransmit::kYes, .expected_loss = loss_},
          .cause = cause_,
          .decide_again_at = now_ + kAgain,
          .reason = reason_};
}

}  // namespace onair::cc
