// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/nada_rule.h"

#include <algorithm>

#include "transport/cc/portable_math.h"

namespace onair::cc {
namespace {

constexpr TimeDelta kAgain = TimeDelta::Millis(100);

// RFC 8698 section 3, in milliseconds: ETA, TAU, DELTA, DFILT, GAMMA_MAX, QBOUND, QTH,
// LAMBDA, PLRREF and PMRREF, DMARK, BETA_V and BETA_S, FPS; PRIO is 1
constexpr double kEta = 2;
constexpr double kTauMs = 500;
constexpr double kDeltaMs = 100;
constexpr double kFilterMs = 120;
constexpr double kMostGamma = 0.5;
constexpr double kSelfInflictedMs = 50;
constexpr double kWarpMs = 50;
constexpr double kLambda = 0.5;
constexpr double kReferenceShare = 0.01;
constexpr double kMarkMs = 2;
constexpr double kBufferShare = 0.1;
constexpr double kFramesPerSecond = 30;
// RFC 8698 section 5.2.2: r_diff is at most 0.05 of r_ref.
constexpr double kMostBuffer = 0.05;

// Source: ours; "The rule nada leaves a queue that overflowed". Without these it fills it again and
// again: a penalty that falls does not drive the rate up, a queue counts as it changes and not as
// it is warped (there it shrinks as it grows), and no step takes more than half or gives more than
// a quarter. NadaLoss forgets losses after two seconds.
constexpr double kMostDown = 0.5;
constexpr double kMostUp = 1.25;
constexpr double kMostDelayMs = 10'000;

double Squared(double value) {
  return value * value;
}

}  // namespace

NadaRule::NadaRule(const ControllerConfig& config, const NadaParameters& parameters)
    : config_(config),
      parameters_(parameters),
      least_(config.min_rate + config.audio_rate),
      most_(config.max_rate + config.audio_rate),
      rate_(config.start_rate + config.audio_rate) {}

CongestionDecision NadaRule::OnReport(const TcpReport& report) {
  const Timestamp now = clock_.Read(report.at);
  return TargetOnly(Within(config_, rate_ - config_.audio_rate), Cause::kNone, now + kAgain,
                    "no datagrams here, hold");
}

CongestionDecision NadaRule::OnReport(const FeedbackReport& report) {
  const Timestamp now = clock_.Read(report.at);
  const Reason reason = Listen(report, now);
  return Answer(reason, std::max(report.queue_size, DataSize::Zero()), now);
}

NadaRule::Reason NadaRule::Listen(const FeedbackReport& report, Timestamp now) {
  if (!Read(report, now)) {
    if (report.in_flight <= DataSize::Zero())
      silence_.OnIdle(now);
    else if (silence_.IsDue(round_trip_, now))
      SetRate(rate_.kbps_f() * 1000 * FeedbackSilence::kDown);
    return {Cause::kNone, "nothing new"};
  }
  silence_.OnFeedback(now);
  loss_.OnFeedback();
  const TimeDelta since = told_at_ ? now - *told_at_ : TimeDelta::Millis(50);
  told_at_ = now;
  if (delay_.is_free(now) && !loss_.has_lost_lately()) {
    RampUp();
    queue_ms_ = std::clamp(delay_.queue().ms_f(), 0.0, kMostDelayMs);
    penalty_ms_ = 0;
    return {Cause::kNone, "nothing waits, fast up"};
  }
  Follow(since);
  const bool is_lossy = penalty_ms_ > queue_ms_;
  return {Cause::kCongestion, is_lossy ? "follow the losses" : "follow the delay"};
}

bool NadaRule::Read(const FeedbackReport& report, Timestamp now) {
  bool has_packets = false;
  const std::size_t count = std::min(report.packets.size(), FeedbackReport::kMaxPackets);
  for (const PacketFate& packet : report.packets.first(count)) {
    if (!IsCredible(packet)) continue;
    has_packets = true;
    loss_.OnPacket(packet, round_trip_);
    if (!packet.arrived_at) continue;
    delay_.OnPacket(packet, now);
    round_trip_ = std::clamp(now - packet.sent_at, TimeDelta::Zero(), TimeDelta::Seconds(10));
  }
  return has_packets;
}

// RFC 8698 section 4.3, equations (3) and (4).
void NadaRule::RampUp() {
  const auto received = delay_.received();
  if (!received) return;
  const double gamma =
      std::min(kMostGamma, kSelfInflictedMs / (round_trip_.ms_f() + kDeltaMs + kFilterMs));
  SetRate(std::max(rate_, std::min(*received, most_).Scaled(1 + gamma)).kbps_f() * 1000);
}

// The same section, equations (5) to (7), and the guard.
void NadaRule::Follow(TimeDelta since) {
  const double queue_ms = std::clamp(delay_.queue().ms_f(), 0.0, kMostDelayMs);
  const double penalty_ms = parameters_.loss_ms * Squared(loss_.lost() / kReferenceShare) +
                            kMarkMs * Squared(loss_.marked() / kReferenceShare);
  const double signal_ms = Warped(queue_ms) + penalty_ms;
  const double offset_ms = signal_ms - parameters_.reference_ms * most_.kbps_f() / rate_.kbps_f();
  const double change_ms = queue_ms - queue_ms_ + std::max(penalty_ms - penalty_ms_, 0.0);
  const double step = std::clamp(since.ms_f(), 0.0, kTauMs) / kTauMs * offset_ms / kTauMs +
                      kEta * change_ms / kTauMs;
  SetRate(rate_.kbps_f() * 1000 * std::clamp(1 - parameters_.kappa * step, kMostDown, kMostUp));
  queue_ms_ = queue_ms;
  penalty_ms_ = penalty_ms;
}

// RFC 8698 section 4.2, equation (1): beside flows that only losses stop, delay says less.
double NadaRule::Warped(double queue_ms) const {
  if (queue_ms < kWarpMs) return queue_ms;
  const double warped =
      kWarpMs * PortableExp(std::max(-kLambda * (queue_ms - kWarpMs) / kWarpMs, -40.0));
  return queue_ms + (warped - queue_ms) * loss_.weight();
}

void NadaRule::SetRate(double bps) {
  rate_ = std::clamp(DataRate::BitsPerSec(1).Scaled(bps), least_, most_);
}

// RFC 8698 section 5.2.2: less for the encoder and more for the line while we have a queue.
CongestionDecision NadaRule::Answer(Reason reason, DataSize queue_size, Timestamp now) const {
  const double buffered =
      std::min(kBufferShare * 8 * static_cast<double>(queue_size.bytes()) * kFramesPerSecond,
               kMostBuffer * rate_.kbps_f() * 1000);
  const DataRate difference = DataRate::BitsPerSec(1).Scaled(buffered);
  const RepairAdvice repair{.retransmit = RepairAdvice::Retransmit::kYes,
                            .expected_loss = std::clamp(loss_.lost(), 0.0, 1.0)};
  return {.target_rate = Within(config_, rate_ - difference - config_.audio_rate),
          .pacing_rate = rate_ + difference,
          .congestion_window = {},
          .probe = {},
          .repair = repair,
          .cause = reason.cause,
          .decide_again_at = now + kAgain,
          .reason = reason.text};
}

}  // namespace onair::cc
