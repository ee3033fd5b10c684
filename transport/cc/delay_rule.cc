// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/delay_rule.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace onair::cc {
namespace {

// Decisions between reports find silence; feedback comes more often.
constexpr TimeDelta kAgain = TimeDelta::Millis(100);

// Below it the line has room; above DelayParameters::long_queue the queue grows too long. Source:
// ours; Wi-Fi aggregates for up to 10 ms and LTE schedules by 10 ms, so less says nothing.
constexpr TimeDelta kShortQueue = TimeDelta::Millis(30);

constexpr TimeDelta kStretch = TimeDelta::Seconds(10);
constexpr TimeDelta kWindow = TimeDelta::Millis(500);
// Half a second at 50 Mbit/s.
constexpr std::size_t kMaxArrivals = 3000;

// Source: libwebrtc aimd_rate_control.cc: what arrives times 0.85.
constexpr double kDown = 0.85;
// A queue shall be gone after so long, but nobody is left without pictures for that.
constexpr TimeDelta kDrain = TimeDelta::Seconds(1);
constexpr double kMostDown = 0.5;
// What a line takes now: a window over what it took before a fall would say more.
constexpr TimeDelta kCutWindow = TimeDelta::Millis(100);
// A second's growth near where the line was full; at most that where nothing is known.
constexpr double kSlowUp = 0.06;
constexpr double kNear = 0.9;
// No further than what was shown to arrive.
constexpr double kProven = 1.5;

// Losses that a resend mends are no reason to send less.
constexpr double kWirelessLoss = 0.02;
constexpr double kTooMuchLoss = 0.3;

// Packets over which lasting loss is counted: some seconds of video.
constexpr double kLossMemory = 500;
// Repairs for each lost packet: a group's loss is seldom the mean. Source: ours; measured in
// tests/scenario/rts_repair_scenario.cc.
constexpr double kFecForLoss = 2.5;
constexpr double kMostFec = 0.3;
constexpr double kKeyFactor = 2;  // Source: as in repair_rule.cc.
constexpr double kLeastFecLoss = 0.005;
// Below the first a resend is as good as here, above the second it comes too late to be seen.
constexpr TimeDelta kShortTrip = TimeDelta::Millis(60);
constexpr TimeDelta kLongTrip = TimeDelta::Millis(200);

constexpr TimeDelta kSilence = TimeDelta::Millis(500);
constexpr double kSilentDown = 0.7;

// Key frames leave sooner than the mean rate says, and not so fast that they fill a queue: as fast
// as bursts were seen to pass. The most lets a key frame of eight times the mean out within a
// picture's time.
constexpr double kPacing = 1.25;
constexpr double kMostPacing = 16;
constexpr DataRate kLeastPacing = DataRate::KilobitsPerSec(300);

}  // namespace

CongestionDecision DelayRule::OnReport(const TcpReport& report) {
  return Answer(clock_.Read(report.at), Cause::kNone, "no datagrams here, hold");
}

CongestionDecision DelayRule::OnReport(const FeedbackReport& report) {
  const Timestamp now = clock_.Read(report.at);
  if (!heard_at_.is_finite()) heard_at_ = grown_at_ = now;
  const Seen seen = Read(report, now);
  if (seen.packets == 0) {
    if (report.in_flight <= DataSize::Zero()) return NothingUnderWay(now);
    if (now - heard_at_ < std::max(kSilence, round_trip_ * 3)) {
      return Answer(now, Cause::kNone, "nothing new");
    }
    Silent(now);
    return Answer(now, Cause::kCongestion, "silence, down");
  }
  heard_at_ = now;
  NoteLosses(seen);
  bool is_draining = false;
  if (seen.delays > 0) {
    const TimeDelta queue = seen.delay_sum / seen.delays - least_delay();
    is_draining = queue < queue_;
    queue_ = queue_ + (queue - queue_) / 2;
  }
  if (queue_ > parameters_.skip) intake_ = Intake::kPaused;
  if (queue_ < parameters_.long_queue) intake_ = Intake::kOpen;
  if (queue_ > parameters_.long_queue && is_draining) {
    // What arrives says nothing of the line any more: pictures may be skipped meanwhile.
    grown_at_ = now;
    return Answer(now, Cause::kCongestion, "long queue drains, hold");
  }
  if (queue_ > parameters_.long_queue) {
    Cut(now);
    return Answer(now, Cause::kCongestion, "long queue, down");
  }
  if (loss_ > kTooMuchLoss) {
    CutForLoss(now);
    return Answer(now, Cause::kCongestion, "too much is lost, down");
  }
  if (queue_ > kShortQueue) {
    grown_at_ = now;
    return Answer(now, Cause::kJitter, "some queue, hold");
  }
  Grow(report, now);
  const bool is_lossy = loss_ > kWirelessLoss;
  return Answer(now, is_lossy ? Cause::kWirelessLoss : Cause::kNone, "short queue, up");
}

DelayRule::Seen DelayRule::Read(const FeedbackReport& report, Timestamp now) {
  Seen seen;
  const std::size_t count = std::min(report.packets.size(), FeedbackReport::kMaxPackets);
  for (const PacketFate& packet : report.packets.first(count)) {
    if (!IsCredible(packet)) continue;
    ++seen.packets;
    if (!packet.arrived_at) {
      ++seen.lost;
      continue;
    }
    const TimeDelta delay = *packet.arrived_at - packet.sent_at;
    NoteDelay(delay, now);
    NoteArrival(packet);
    bursts_.OnPacket(packet, now);
    ++seen.delays;
    seen.delay_sum = seen.delay_sum + (delay - least_delay());
    const TimeDelta trip = now - packet.sent_at;
    if (trip > TimeDelta::Zero() && trip < TimeDelta::Seconds(10)) round_trip_ = trip;
  }
  // Sums of clocks that are apart would overflow: they were taken above the least.
  seen.delay_sum = seen.delay_sum + least_delay() * seen.delays;
  return seen;
}

void DelayRule::NoteDelay(TimeDelta delay, Timestamp now) {
  if (!least_now_ || now - stretch_began_ >= kStretch) {
    least_before_ = least_now_;
    least_now_ = delay;
    stretch_began_ = now;
  }
  least_now_ = std::min(*least_now_, delay);
}

TimeDelta DelayRule::least_delay() const {
  const TimeDelta present = least_now_.value_or(TimeDelta::Zero());
  return least_before_ ? std::min(present, *least_before_) : present;
}

void DelayRule::NoteArrival(const PacketFate& packet) {
  if (!arrivals_.empty() && *packet.arrived_at < arrivals_.back().at) {
    arrivals_.back().size += packet.size;  // Overtaken on its way.
  } else {
    arrivals_.push_back({*packet.arrived_at, packet.size});
  }
  arrived_ += packet.size;
  while (arrivals_.size() > kMaxArrivals || arrivals_.back().at - arrivals_.front().at > kWindow) {
    arrived_ -= arrivals_.front().size;
    arrivals_.pop_front();
  }
}

std::optional<DataRate> DelayRule::Delivered(TimeDelta window) const {
  DataSize size = DataSize::Zero();
  TimeDelta span = TimeDelta::Zero();
  for (auto at = arrivals_.rbegin(); at != arrivals_.rend(); ++at) {
    span = arrivals_.back().at - at->at;
    if (span >= window) break;
    size += at->size;
  }
  if (span < window / 2) return std::nullopt;
  return size / span;
}

void DelayRule::NoteLosses(const Seen& seen) {
  const double share = static_cast<double>(seen.lost) / static_cast<double>(seen.packets);
  loss_ += (share - loss_) / 8;
  // By packets, so that a feedback of two does not count as one of twenty.
  const double weight = std::min(1.0, static_cast<double>(seen.packets) / kLossMemory);
  lasting_loss_ += (share - lasting_loss_) * weight;
}

// Whatever queue there was is empty; without this, pictures skipped for it would stay skipped.
CongestionDecision DelayRule::NothingUnderWay(Timestamp now) {
  heard_at_ = grown_at_ = now;
  queue_ = TimeDelta::Zero();
  drained_.reset();
  intake_ = Intake::kOpen;
  return Answer(now, Cause::kApplicationLimited, "nothing under way");
}

// Once in a step, so that what was done can show.
void DelayRule::Silent(Timestamp now) {
  if (now - heard_at_ >= kSilence * 2) intake_ = Intake::kPaused;
  if (now - cut_at_ < kSilence) return;
  cut_at_ = now;
  target_ = WithinLine(target_.Scaled(kSilentDown));
}

// To what arrives, less what drains the queue: doing it again does no harm, and the first look at a
// line that fell still sees what it took before. Where nothing is known, by steps.
void DelayRule::Cut(Timestamp now) {
  grown_at_ = now;
  const double down = std::clamp(1 - queue_.seconds_f() / kDrain.seconds_f(), kMostDown, kDown);
  const auto delivered = Delivered(kCutWindow);
  if (!delivered) {
    if (now - cut_at_ < std::max(round_trip_ + kAgain, kSilence / 2)) return;
    cut_at_ = now;
    bursts_.OnFull(now);
    target_ = WithinLine(target_.Scaled(down));
    return;
  }
  cut_at_ = now;
  bursts_.OnFull(now);
  const DataRate most = config_.max_rate.Scaled(1 + overhead()) + config_.audio_rate;
  const DataRate carried =
      std::max(std::min(*delivered, most) - config_.audio_rate, config_.min_rate);
  ceiling_ = carried;
  target_ = WithinLine(std::min(target_, carried.Scaled(down)));
  drained_ = carried.Scaled(kDown);
}

void DelayRule::CutForLoss(Timestamp now) {
  grown_at_ = now;
  if (now - cut_at_ < round_trip_ + kAgain) return;
  cut_at_ = now;
  target_ = WithinLine(target_.Scaled(1 - loss_ / 2));
}

void DelayRule::Grow(const FeedbackReport& report, Timestamp now) {
  if (drained_) target_ = WithinLine(std::max(target_, *std::exchange(drained_, std::nullopt)));
  const double seconds = std::min((now - grown_at_).seconds_f(), 0.5);
  grown_at_ = now;
  if (report.is_encoder_application_limited || now - cut_at_ < round_trip_) return;
  const bool is_near = ceiling_ && target_ > ceiling_->Scaled(kNear);
  // Past where it was full the line has changed.
  if (ceiling_ && target_ > ceiling_->Scaled(2 - kNear)) ceiling_.reset();
  DataRate next = target_.Scaled(1 + (is_near ? kSlowUp : parameters_.growth) * seconds);
  if (const auto delivered = Delivered(kWindow)) {
    next =
        std::min(next, std::max(target_, std::min(*delivered, config_.max_rate).Scaled(kProven)));
  }
  target_ = WithinLine(next);
}

DataRate DelayRule::WithinLine(DataRate rate) const {
  return std::clamp(rate, config_.min_rate, config_.max_rate.Scaled(1 + overhead()));
}

// A repair saves the round trip that a resend takes, which only then counts when it is long.
double DelayRule::FecShare() const {
  if (lasting_loss_ < kLeastFecLoss) return 0;
  const double trip = (round_trip_ - kShortTrip).seconds_f() / (kLongTrip - kShortTrip).seconds_f();
  return std::min(lasting_loss_ * kFecForLoss * std::clamp(trip, 0.0, 1.0), kMostFec);
}

DataRate DelayRule::Pacing() const {
  const DataRate mean = target_ + config_.audio_rate;
  const DataRate least = std::max(mean.Scaled(kPacing), kLeastPacing);
  return std::max(least, std::min(bursts_.rate().value_or(least), mean.Scaled(kMostPacing)));
}

CongestionDecision DelayRule::Answer(Timestamp now, Cause cause, const char* reason) {
  const RepairAdvice repair{.retransmit = RepairAdvice::Retransmit::kYes,
                            .fec_share = FecShare(),
                            .key_fec_share = kKeyFactor * FecShare(),
                            .expected_loss = std::clamp(lasting_loss_, 0.0, 1.0)};
  const DataRate video = Within(config_, target_.Scaled(1 / (1 + overhead())));
  return {.target_rate = video,
          .pacing_rate = Pacing(),
          .congestion_window = {},
          .probe = {},
          .repair = repair,
          .intake = intake_,
          .cause = cause,
          .decide_again_at = now + kAgain,
          .reason = reason};
}

}  // namespace onair::cc
