// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/scream_rule.h"

#include <algorithm>

namespace onair::cc {
namespace {

constexpr TimeDelta kAgain = TimeDelta::Millis(100);

// Source: EricssonResearch/scream code/ScreamV2Tx.cpp kMinWindowHeadroom, kPacketOverhead,
// updateCwnd(): from the window to the rate; kQueueDelayDevNorm's use for the headroom, whose most
// is that of the relaxed draft
constexpr DataRate kLeastPacing = DataRate::KilobitsPerSec(50);
constexpr double kLeastHeadroom = 1.5;
constexpr double kMostHeadroom = 5;
constexpr double kOverhead = 20;
constexpr double kFrameShare = 1.1;
constexpr TimeDelta kLongestTrip = TimeDelta::Millis(200);
constexpr double kNearMost = 0.95;
constexpr double kRenewing = 0.5;
// Losses that are told, by feedback.
constexpr double kLossMemory = 0.05;

// The window that gives `rate` over the round trip that is assumed at first.
double FirstWindow(DataRate rate) {
  return rate.kbps_f() * 125 * 0.051 * kFrameShare;
}

}  // namespace

ScreamRule::ScreamRule(const ControllerConfig& config, const ScreamParameters& parameters)
    : config_(config),
      parameters_(parameters),
      least_(config.min_rate + config.audio_rate),
      most_(config.max_rate + config.audio_rate),
      window_(FirstWindow(config.start_rate + config.audio_rate), parameters.loss_beta),
      rate_(config.start_rate + config.audio_rate) {}

CongestionDecision ScreamRule::OnReport(const TcpReport& report) {
  const Timestamp now = clock_.Read(report.at);
  return TargetOnly(Within(config_, rate_ - config_.audio_rate), Cause::kNone, now + kAgain,
                    "no datagrams here, hold");
}

CongestionDecision ScreamRule::OnReport(const FeedbackReport& report) {
  const Timestamp now = clock_.Read(report.at);
  const Reason reason = Listen(report, now);
  CongestionDecision decision = Answer(reason, now);
  if (report.queue_span > parameters_.skip) decision.intake = Intake::kPaused;
  return decision;
}

ScreamRule::Reason ScreamRule::Listen(const FeedbackReport& report, Timestamp now) {
  const Seen seen = Read(report);
  if (seen.told > 0) return OnFates(seen, now);
  if (report.in_flight <= DataSize::Zero()) {
    silence_.OnIdle(now);
    return {Cause::kApplicationLimited, "nothing under way"};
  }
  if (!silence_.IsDue(delay_.round_trip(), now)) return {Cause::kNone, "nothing new"};
  window_.Shrink(FeedbackSilence::kDown);
  rate_ = std::max(rate_.Scaled(FeedbackSilence::kDown), least_);
  return {Cause::kCongestion, "silence, down"};
}

ScreamRule::Seen ScreamRule::Read(const FeedbackReport& report) const {
  Seen seen;
  const std::size_t count = std::min(report.packets.size(), FeedbackReport::kMaxPackets);
  for (const PacketFate& packet : report.packets.first(count)) {
    if (!IsCredible(packet)) continue;
    const auto size = static_cast<double>(packet.size.bytes());
    const bool is_marked = packet.ecn == Ecn::kCe;
    seen.told += size;
    if (!is_marked) seen.feedback.acked += size;
    seen.feedback.has_mark = seen.feedback.has_mark || is_marked;
    if (!packet.arrived_at) {
      seen.lost += size;
      seen.feedback.has_loss = true;
      continue;
    }
    seen.last = packet;
    seen.least_delay = std::min(seen.least_delay, *packet.arrived_at - packet.sent_at);
  }
  seen.feedback.in_flight =
      seen.told + static_cast<double>(std::max(report.in_flight, DataSize::Zero()).bytes());
  return seen;
}

ScreamRule::Reason ScreamRule::OnFates(const Seen& seen, Timestamp now) {
  using Event = ScreamWindow::Event;
  silence_.OnFeedback(now);
  lost_ += kLossMemory * (seen.lost / seen.told - lost_);
  if (seen.last) {
    delay_.OnFeedback(*seen.last->arrived_at - seen.last->sent_at, seen.least_delay,
                      now - seen.last->sent_at, now);
  }
  const bool is_at_most = rate_ >= most_;
  const auto growth = is_at_most ? ScreamWindow::Growth::kUseless : ScreamWindow::Growth::kAllowed;
  const Event event = window_.OnFeedback(seen.feedback, delay_, growth, now);
  if (rate_ > most_.Scaled(kNearMost)) {
    const double trip = delay_.round_trip().seconds_f() + 0.001;
    window_.Limit(
        std::max(seen.feedback.in_flight, parameters_.pacing * most_.kbps_f() * 125 * trip));
  }
  rate_ = std::clamp(RateOfWindow(), least_, most_);
  if (delay_.is_renewing(now)) rate_ = std::max(rate_.Scaled(kRenewing), least_);
  switch (event) {
    case Event::kLoss:
      return {Cause::kCongestion, "lost, window down"};
    case Event::kMark:
      return {Cause::kCongestion, "marked, window down"};
    case Event::kDelay:
      return {Cause::kCongestion, "long queue, window down"};
    case Event::kNone:
      break;
  }
  return {Cause::kNone, is_at_most ? "at the most" : "window up"};
}

DataRate ScreamRule::RateOfWindow() const {
  const TimeDelta trip = std::min(delay_.quick_round_trip() + TimeDelta::Millis(1), kLongestTrip);
  const double share = window_.packet_share();
  const double bps = window_.bytes() * 8 / trip.seconds_f() *
                     (1 - std::clamp(share - 0.1, 0.0, 0.2)) / kFrameShare * ScreamWindow::kPacket /
                     (ScreamWindow::kPacket + kOverhead);
  return DataRate::BitsPerSec(1).Scaled(bps);
}

// Key frames may exceed the reference, the more the steadier the delay is.
DataSize ScreamRule::WindowInForce() const {
  const double steadiness = std::clamp((0.1 - delay_.deviation()) / 0.1, 0.0, 1.0);
  const double headroom = kLeastHeadroom + (kMostHeadroom - kLeastHeadroom) * steadiness;
  const double bytes = window_.bytes() * headroom + ScreamWindow::kPacket;
  return DataSize::Bytes(static_cast<std::int64_t>(bytes));  // Bounded by ScreamWindow.
}

CongestionDecision ScreamRule::Answer(Reason reason, Timestamp now) const {
  const RepairAdvice repair{.retransmit = RepairAdvice::Retransmit::kYes,
                            .expected_loss = std::clamp(lost_, 0.0, 1.0)};
  return {.target_rate = Within(config_, rate_ - config_.audio_rate),
          .pacing_rate = std::max(rate_.Scaled(parameters_.pacing), kLeastPacing),
          .congestion_window = WindowInForce(),
          .probe = {},
          .repair = repair,
          .cause = reason.cause,
          .decide_again_at = now + kAgain,
          .reason = reason.text};
}

}  // namespace onair::cc
