// SPDX-License-Identifier: Apache-2.0
//
// All numbers without another source: ours; onair-twin race, CUBIC and BBR, recorded and
// generated networks, 20 seeds of each step. Around these values the results are flat.
#include "transport/cc/onair_rule.h"

#include <algorithm>

namespace onair::cc {
namespace {

// Usual values of OnairStreamParameters: `use`: the rest empties the line again and again, so that
// its base delay is seen, and pays for the encoder's noise. `drain`: shorter makes the rate follow
// each key frame. `skip`: above the burst of one key frame, six times the mean, at the full rate
// (185 ms); with the encoder's own time below the 300 ms that are promised. `flight`: shorter
// starves TCP between two reports and hides a line that became faster.

// A wait that costs no rate: the grain of pictures, readings and confirmations.
constexpr TimeDelta kShortWait = TimeDelta::Millis(50);
// Most that draining may take of the rate; beyond, pictures are skipped instead.
constexpr double kLeastShare = 0.3;

// Of the capacity while the line is to be emptied; what is still there after a second goes by
// skipped pictures.
constexpr double kEmptyingUse = 0.7;
constexpr TimeDelta kSoftEmptying = TimeDelta::Seconds(1);

// Of `skip`, where pictures go on.
constexpr double kOpenAt = 0.8;

constexpr double kFlightBytes = 2 * 1448;

// Busy for less than this shows the capacity in part only; the rest is what was known before.
constexpr TimeDelta kFullProof = TimeDelta::Millis(150);

// Within 15 % of where the line was full in the last 5 s.
constexpr double kGrowthNear = 0.3;  // At most `growth`.
constexpr double kNear = 0.15;
constexpr TimeDelta kCeilingLife = TimeDelta::Seconds(5);
// The estimate may be this much above what was carried lately: encoder, line and confirmation are
// 150 to 400 ms behind it.
constexpr double kMostUnproven = 1.6;

// Nothing confirmed for so long while something waits: the line stands still. Above delayed
// acknowledgements (40 ms) and the gaps of a cell's scheduler.
constexpr TimeDelta kStill = TimeDelta::Millis(80);
// Shorter passes by itself (a handover, a lost segment); longer is worth calling congestion.
constexpr TimeDelta kJitter = TimeDelta::Millis(300);
// A second of it takes 0.3 off what is known, down to 0.3.
constexpr double kForget = 0.5;
constexpr double kKept = 0.3;

// While something waits; a line that stands is noticed by its silence, not by an input.
constexpr TimeDelta kBusyInterval = TimeDelta::Millis(10);
constexpr TimeDelta kIdleInterval = TimeDelta::Millis(100);

double BytesPerSecond(DataRate rate) {
  return static_cast<double>(rate.bps()) / 8;
}

}  // namespace

OnairRule::OnairRule(const ControllerConfig& config, const OnairStreamParameters& parameters)
    : config_(config),
      parameters_(parameters),
      // Below the lowest rate the estimate still tells how long a queue is.
      least_(BytesPerSecond(config.min_rate + config.audio_rate) / 4),
      most_(BytesPerSecond(config.max_rate + config.audio_rate) / parameters.use),
      capacity_(BytesPerSecond(config.start_rate + config.audio_rate) / parameters.use),
      steady_(capacity_) {}

CongestionDecision OnairRule::OnReport(const TcpReport& report) {
  const Timestamp now = clock_.Read(report.at);
  line_.Add(report, now);
  Estimate(now);
  last_at_ = now;
  return Answer(now);
}

void OnairRule::Estimate(Timestamp now) {
  is_unproven_ = false;
  if (line_.silence() >= kStill) {
    silence_ = line_.silence();
    return;
  }
  if (silence_ > TimeDelta::Zero()) GoOn();
  const double shown = line_.BytesPerSecond(TimeDelta::Seconds(1));
  const auto busy = line_.Busy(std::min(capacity_, shown));
  if (busy.span > TimeDelta::Zero()) {
    Measure(busy, now);
  } else {
    Grow(now);
  }
  capacity_ = std::clamp(capacity_, least_, most_);
}

void OnairRule::GoOn() {
  capacity_ = steady_ * std::max(1 - silence_.seconds_f() * kForget, kKept);
  silence_ = TimeDelta::Zero();
}

void OnairRule::Measure(const LineHistory::BusySpan& busy, Timestamp now) {
  const double proof = std::min(busy.span.seconds_f() / kFullProof.seconds_f(), 1.0);
  capacity_ = proof * busy.bytes_per_second + (1 - proof) * steady_;
  if (proof >= 1) steady_ = capacity_;
  if (proof < 1 && capacity_ >= ceiling_) return;
  ceiling_ = capacity_;
  ceiling_at_ = now;
}

// What was carried counts, not what the encoder was asked for: a still scene proves nothing.
void OnairRule::Grow(Timestamp now) {
  const double shown = std::max(line_.BytesPerSecond(TimeDelta::Millis(500)),
                                line_.BytesPerSecond(TimeDelta::Seconds(1)));
  is_unproven_ = capacity_ * parameters_.use > kMostUnproven * shown;
  if (!is_unproven_ && last_at_) {
    const TimeDelta step = std::min(now - *last_at_, kIdleInterval);
    const double near = std::min(kGrowthNear, parameters_.growth);
    capacity_ *= 1 + (IsNearCeiling(now) ? near : parameters_.growth) * step.seconds_f();
  }
  steady_ = capacity_;
}

bool OnairRule::IsNearCeiling(Timestamp now) const {
  return now - ceiling_at_ < kCeilingLife && capacity_ > (1 - kNear) * ceiling_ &&
         capacity_ < (1 + kNear) * ceiling_;
}

TimeDelta OnairRule::Wait() const {
  // A segment that awaits a delayed acknowledgement is no queue.
  const double waiting = std::max(static_cast<double>(line_.waiting()) - kFlightBytes / 2, 0.0);
  const TimeDelta drain = TimeDelta::SecondsF(waiting / capacity_) - line_.base();
  const TimeDelta still = std::max(line_.silence() - kStill, TimeDelta::Zero());
  return std::max(drain, TimeDelta::Zero()) + still;
}

Intake OnairRule::NextIntake(TimeDelta wait) const {
  const TimeDelta most =
      intake_ == Intake::kOpen ? parameters_.skip : parameters_.skip.Scaled(kOpenAt);
  const bool must_empty = line_.emptying() > kSoftEmptying;
  return wait > most || must_empty ? Intake::kPaused : Intake::kOpen;
}

Cause OnairRule::CauseOf(TimeDelta wait) const {
  if (silence_ > TimeDelta::Zero()) {
    return silence_ < kJitter ? Cause::kJitter : Cause::kCongestion;
  }
  if (wait > kShortWait) return Cause::kCongestion;
  return is_unproven_ ? Cause::kApplicationLimited : Cause::kNone;
}

CongestionDecision OnairRule::Answer(Timestamp now) {
  const TimeDelta wait = Wait();
  const double drain = std::max(wait - kShortWait, TimeDelta::Zero()).seconds_f();
  const bool is_emptying = line_.emptying() > TimeDelta::Zero();
  const double use = is_emptying ? kEmptyingUse : parameters_.use;
  const double share = std::max(use - drain / parameters_.drain.seconds_f(), kLeastShare);
  const auto line_rate = DataRate::BitsPerSec(static_cast<std::int64_t>(capacity_ * share * 8));
  const double flight = capacity_ * (line_.base() + parameters_.flight).seconds_f() + kFlightBytes;

  intake_ = NextIntake(wait);
  const Cause cause = CauseOf(wait);
  const char* reason = "up";
  if (is_unproven_) reason = "what the encoder gives proves no more";
  if (wait > kShortWait) reason = "drain";
  if (silence_ > TimeDelta::Zero()) reason = "stands still";
  if (is_emptying) reason = "empty the line to see its delay";
  const TimeDelta interval = line_.waiting() > 0 ? kBusyInterval : kIdleInterval;
  CongestionDecision decision =
      TargetOnly(Within(config_, line_rate - config_.audio_rate), cause, now + interval, reason);
  decision.intake = intake_;
  decision.congestion_window = DataSize::Bytes(static_cast<std::int64_t>(flight));
  return decision;
}

}  // namespace onair::cc
