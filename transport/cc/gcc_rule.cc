// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/gcc_rule.h"

#include <algorithm>
#include <tuple>

namespace onair::cc {
namespace {

// libwebrtc looks each 25 ms; feedback comes each 50.
constexpr TimeDelta kAgain = TimeDelta::Millis(50);
constexpr std::size_t kLooksWithoutFeedback = 2;

// Source: libwebrtc modules/congestion_controller/goog_cc/send_side_bandwidth_estimation.cc
// kStartPhase; RttBasedBackoff: limit, fraction, interval
constexpr TimeDelta kStart = TimeDelta::Seconds(2);
constexpr TimeDelta kSilence = TimeDelta::Seconds(3);
constexpr double kSilentDown = 0.8;
constexpr TimeDelta kSilentStep = TimeDelta::Seconds(1);
// Losses that are told to be the line's own. The estimator lets 5 % pass.
constexpr double kSomeLoss = 0.02;

}  // namespace

GccRule::GccRule(const ControllerConfig& config, const GccParameters& parameters)
    : config_(config),
      pacing_(parameters.pacing),
      limits_{.least = config.min_rate + config.audio_rate,
              .start = config.start_rate + config.audio_rate,
              .most = config.max_rate + config.audio_rate,
              .decrease = parameters.decrease,
              .proven = parameters.proven},
      delay_(limits_),
      loss_({.least = limits_.least, .most = limits_.most, .free_loss = parameters.free_loss}),
      probes_(limits_.most),
      pushback_(parameters.window),
      estimate_(limits_.start) {
  alr_.SetEstimate(estimate_);
}

CongestionDecision GccRule::OnReport(const TcpReport& report) {
  const Timestamp now = clock_.Read(report.at);
  return TargetOnly(Within(config_, estimate_ - config_.audio_rate), Cause::kNone, now + kAgain,
                    "no datagrams here, hold");
}

CongestionDecision GccRule::OnReport(const FeedbackReport& report) {
  const Timestamp now = clock_.Read(report.at);
  Read(report);
  if (!fates_.empty() || in_flight_ > DataSize::Zero()) {
    probes_.Start(limits_.start, now);
    if (!heard_at_) heard_at_ = now;
  }
  if (fates_.empty()) {
    Estimate(now);
  } else {
    OnFates(now);
  }
  probes_.OnTime(alr_.since(), now);
  pushback_.Update(estimate_, in_flight_, kLooksWithoutFeedback + fates_.size());
  return Answer(now);
}

void GccRule::Read(const FeedbackReport& report) {
  fates_.clear();
  arrived_.clear();
  in_flight_ = std::max(report.in_flight, DataSize::Zero());
  const std::size_t count = std::min(report.packets.size(), FeedbackReport::kMaxPackets);
  for (const PacketFate& packet : report.packets.first(count)) {
    if (!IsCredible(packet)) continue;
    fates_.push_back(packet);
    if (packet.arrived_at) arrived_.push_back(packet);
    has_lost_ = has_lost_ || !packet.arrived_at;
  }
  std::sort(arrived_.begin(), arrived_.end(), [](const PacketFate& a, const PacketFate& b) {
    return std::tie(*a.arrived_at, a.sent_at, a.size, a.probe) <
           std::tie(*b.arrived_at, b.sent_at, b.size, b.probe);
  });
}

void GccRule::OnFates(Timestamp now) {
  NoteRoundTrip(now);
  NoteSent(now);
  const auto probed = NoteArrived();
  const auto acked = acked_rate_.rate();
  if (acked) loss_.SetAckedRate(*acked);
  const GccDelay::Queue queue = delay_.Read(arrived_, now);
  const GccDelay::Step step =
      arrived_.empty() ? GccDelay::Step::kNone : delay_.Move(acked, probed, now);
  if (step != GccDelay::Step::kNone) delay_limit_ = delay_.rate();
  if (step == GccDelay::Step::kProbed) SetEstimate(delay_.rate());
  loss_.Update(fates_, delay_limit_.value_or(limits_.start), source());
  Estimate(now);
  if (step != GccDelay::Step::kNone) probes_.OnEstimate(estimate_, Probing(), now);
  if (queue == GccDelay::Queue::kDrained) probes_.OnRecovered(alr_.since(), now);
  if (!first_heard_at_) first_heard_at_ = now;
  heard_at_ = now;
}

// Without what the receiver waited before it told.
void GccRule::NoteRoundTrip(Timestamp now) {
  if (arrived_.empty()) return;
  TimeDelta longest = TimeDelta::Zero();
  TimeDelta least = TimeDelta::PlusInfinity();
  for (const PacketFate& packet : arrived_) {
    const TimeDelta trip = now - packet.sent_at;
    longest = std::max(longest, trip);
    least = std::min(least, trip - (*arrived_.back().arrived_at - *packet.arrived_at));
  }
  round_trip_ = std::clamp(least, TimeDelta::Zero(), TimeDelta::Seconds(60));
  pushback_.OnRoundTrip(longest);
  delay_.SetRtt(round_trip_);
}

void GccRule::NoteSent(Timestamp now) {
  for (const PacketFate& packet : fates_) alr_.OnSent(packet.size, packet.sent_at);
  if (was_limited_ && !alr_.since()) probes_.OnAlrEnded(now);
  was_limited_ = alr_.since().has_value();
}

std::optional<DataRate> GccRule::NoteArrived() {
  std::optional<DataRate> probed;
  for (const PacketFate& packet : arrived_) {
    acked_rate_.Add(packet);
    if (const auto rate = probe_meter_.Add(packet)) probed = rate;
  }
  return probed;
}

void GccRule::Estimate(Timestamp now) {
  is_silent_ = IsSilent(now);
  if (is_silent_) {
    if (silent_cut_at_.is_finite() && now - silent_cut_at_ < kSilentStep) return;
    silent_cut_at_ = now;
    SetEstimate(estimate_.Scaled(kSilentDown));
    return;
  }
  if (!delay_limit_) return;
  const bool is_start = !first_heard_at_ || now - *first_heard_at_ < kStart;
  if (is_start && !has_lost_ && !loss_.is_ready()) {
    const DataRate rate = std::max(*delay_limit_, estimate_);
    loss_.SetEstimate(rate);
    SetEstimate(rate);
    return;
  }
  SetEstimate(loss_.is_ready() ? loss_.estimate() : estimate_);
}

bool GccRule::IsSilent(Timestamp now) {
  const bool is_waiting = heard_at_ && in_flight_ > DataSize::Zero() && fates_.empty();
  const TimeDelta waited = is_waiting ? now - *heard_at_ : TimeDelta::Zero();
  return round_trip_ + waited > kSilence;
}

void GccRule::SetEstimate(DataRate rate) {
  estimate_ = std::clamp(std::min(rate, delay_limit_.value_or(rate)), limits_.least, limits_.most);
  alr_.SetEstimate(estimate_);
}

GccProbes::Probing GccRule::Probing() const {
  const bool is_free = delay_.use() == GccLineUse::kNormal && !is_silent_ &&
                       loss_.state() == GccLossState::kDelayBased;
  return is_free ? GccProbes::Probing::kAllowed : GccProbes::Probing::kForbidden;
}

GccRule::Reason GccRule::WhatLimits() const {
  if (is_silent_) return {Cause::kCongestion, "silence, down"};
  if (delay_.use() == GccLineUse::kOver) return {Cause::kCongestion, "delay grows"};
  if (delay_.use() == GccLineUse::kUnder) return {Cause::kCongestion, "delay falls, hold"};
  if (loss_.state() != GccLossState::kDelayBased) return {Cause::kCongestion, "losses limit"};
  if (loss_.average_loss() > kSomeLoss) return {Cause::kWirelessLoss, "some loss"};
  if (alr_.since()) return {Cause::kApplicationLimited, "little is sent"};
  return {Cause::kNone, "delay is steady, up"};
}

CongestionDecision GccRule::Answer(Timestamp now) {
  const auto probe = probes_.Take(now);
  if (probe) probe_meter_.OnPlanned(*probe, now);
  const DataRate video = (estimate_ - config_.audio_rate).Scaled(pushback_.share());
  const Reason reason = WhatLimits();
  const RepairAdvice repair{.retransmit = RepairAdvice::Retransmit::kYes,
                            .expected_loss = std::clamp(loss_.average_loss(), 0.0, 1.0)};
  const Timestamp next_probe = probes_.next_at();
  return {.target_rate = Within(config_, video),
          .pacing_rate = estimate_.Scaled(pacing_),
          .congestion_window = {},
          .probe = probe,
          .repair = repair,
          .cause = reason.cause,
          .decide_again_at = next_probe > now ? std::min(now + kAgain, next_probe) : now + kAgain,
          .reason = reason.text};
}

}  // namespace onair::cc
