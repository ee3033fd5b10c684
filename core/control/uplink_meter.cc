// SPDX-License-Identifier: Apache-2.0
#include "core/control/uplink_meter.h"

#include <algorithm>
#include <array>

namespace onair::control {
namespace {

// Source: ours. From 400 kbit/s it is six doublings, 1.2 s, to the 20 Mbit/s of the default.
constexpr DataRate kFirstRate = DataRate::KilobitsPerSec(400);
constexpr TimeDelta kDoubleEvery = TimeDelta::Millis(200);

// A socket that holds this much of what was offered has fallen behind: more than TCP's pauses
// between two round trips of slow start, less than would be felt.
constexpr TimeDelta kBehindSpan = TimeDelta::Millis(100);
constexpr DataSize kBehindAtLeast = DataSize::Kibibytes(8);
constexpr DataSize kBehindAtMost = DataSize::Kibibytes(64);

// Slow start, the queue that it fills and the losses of its end are no news of the line.
constexpr TimeDelta kSettleAtLeast = TimeDelta::Millis(500);
constexpr TimeDelta kSettleAtMost = TimeDelta::Millis(1500);
constexpr int kSettleRoundTrips = 8;

// What must be watched to say anything.
constexpr TimeDelta kWatchAtLeast = TimeDelta::Millis(500);

constexpr std::size_t kMostRoundTrips = 4096;  // 80 s of looks.

constexpr double kLossyPercent = 1.0;
constexpr TimeDelta kShortQueue = TimeDelta::Millis(30);
constexpr TimeDelta kLongQueue = TimeDelta::Millis(150);
constexpr TimeDelta kMuchJitter = TimeDelta::Millis(40);

// What the peer has for sure; where the system does not tell, what left the socket.
DataSize Delivered(const UplinkLook& look) {
  if (look.socket.bytes_acked) return *look.socket.bytes_acked;
  return look.given - look.held - look.socket.unacked.value_or(DataSize::Zero());
}

std::optional<double> LossPercent(const SocketFacts& from, const SocketFacts& to) {
  if (!from.segments_sent || !to.segments_sent) return std::nullopt;
  if (!from.segments_retransmitted || !to.segments_retransmitted) return std::nullopt;
  const auto sent = static_cast<double>(*to.segments_sent - *from.segments_sent);
  if (sent <= 0) return std::nullopt;
  return 100 * static_cast<double>(*to.segments_retransmitted - *from.segments_retransmitted) /
         sent;
}

}  // namespace

UplinkMeter::UplinkMeter(const UplinkProbeConfig& config, Timestamp start)
    : config_(config),
      start_(start),
      offered_(std::min(kFirstRate, config.most_rate)),
      double_at_(start + kDoubleEvery) {}

UplinkStep UplinkMeter::OnLook(const UplinkLook& look) {
  using enum UplinkStep::Fill;
  if (last_ && look.at < last_->at) return {kAtRate, offered_, "a look from the past"};
  last_ = look;
  TakeRtt(look);
  if (look.at - start_ >= config_.duration) return {kEnough, offered_, "the time is over"};
  if (look.given >= config_.most_bytes) return {kEnough, offered_, "the bytes are spent"};
  if (full_at_) {
    if (!settled_ && look.at - *full_at_ >= SettleSpan()) settled_ = look;
    if (IsBehind(look)) is_at_least_ = false;
    return is_at_least_ ? UplinkStep{kAtRate, offered_, "the most is carried"}
                        : UplinkStep{kFull, offered_, "the line is full"};
  }
  if (IsBehind(look)) {
    full_at_ = look.at;
    return {kFull, offered_, "the socket fell behind"};
  }
  if (look.at < double_at_) return {kAtRate, offered_, "growing"};
  double_at_ = look.at + kDoubleEvery;
  if (offered_ == config_.most_rate) {
    full_at_ = look.at;
    is_at_least_ = true;
    return {kAtRate, offered_, "the most is carried"};
  }
  offered_ = std::min(offered_ + offered_, config_.most_rate);
  return {kAtRate, offered_, "growing"};
}

bool UplinkMeter::IsBehind(const UplinkLook& look) const {
  return look.held > std::clamp(offered_ * kBehindSpan, kBehindAtLeast, kBehindAtMost);
}

TimeDelta UplinkMeter::SettleSpan() const {
  const TimeDelta trips = last_->socket.rtt.value_or(TimeDelta::Zero()) * kSettleRoundTrips;
  return std::clamp(trips, kSettleAtLeast, kSettleAtMost);
}

void UplinkMeter::TakeRtt(const UplinkLook& look) {
  const auto& rtt = look.socket.rtt;
  if (!rtt || *rtt <= TimeDelta::Zero()) return;
  const TimeDelta least = std::min(*rtt, look.socket.min_rtt.value_or(*rtt));
  base_rtt_ = std::min(least, base_rtt_.value_or(least));
  if (!full_at_) {
    if (steps_.empty() || steps_.back().rate != offered_) steps_.push_back({offered_, *rtt});
    steps_.back().most_rtt = std::max(steps_.back().most_rtt, *rtt);
  }
  if (settled_ && loaded_.size() < kMostRoundTrips) loaded_.push_back(*rtt);
}

Result<UplinkReport> UplinkMeter::Report() const {
  if (!settled_ || last_->at - settled_->at < kWatchAtLeast) {
    return Fail(ErrorCode::kTimeout, "the probe ended before it had seen the full line");
  }
  const DataRate delivered =
      (Delivered(*last_) - Delivered(*settled_)) / (last_->at - settled_->at);
  if (delivered <= DataRate::Zero()) {
    return Fail(ErrorCode::kTimeout, "nothing got through to the server");
  }
  std::vector<TimeDelta> trips = loaded_;
  const TimeDelta base = base_rtt_.value_or(TimeDelta::Zero());
  TimeDelta loaded = base;
  if (!trips.empty()) {
    const auto middle = trips.begin() + static_cast<std::ptrdiff_t>(trips.size() / 2);
    std::nth_element(trips.begin(), middle, trips.end());
    loaded = *middle;
  }
  UplinkReport report{.delivered = delivered,
                      .is_at_least = is_at_least_,
                      .base_rtt = base,
                      .rtt_under_load = loaded,
                      .retransmitted_percent = LossPercent(settled_->socket, last_->socket),
                      .trouble = UplinkTrouble::kNone,
                      .bytes_sent = last_->given,
                      .took = last_->at - start_,
                      .margin = 1,
                      .preset = std::nullopt};
  report.trouble = Trouble(report);
  report.margin = MarginFor(report.trouble);
  report.preset = PresetFor(delivered.Scaled(report.margin) - config_.audio_rate);
  return report;
}

UplinkTrouble UplinkMeter::Trouble(const UplinkReport& report) const {
  const TimeDelta base = report.base_rtt;
  const TimeDelta queue = report.rtt_under_load - base;
  if (report.retransmitted_percent.value_or(0) >= kLossyPercent) {
    return queue < std::max(kShortQueue, base.Scaled(0.5)) ? UplinkTrouble::kLossy
                                                           : UplinkTrouble::kCongestion;
  }
  if (queue >= kLongQueue) return UplinkTrouble::kCongestion;
  // While less than half of the line was used the delay was not ours.
  const bool varies = std::any_of(steps_.begin(), steps_.end(), [&](const Step& step) {
    return step.rate + step.rate <= report.delivered &&
           step.most_rtt - base >= std::max(kMuchJitter, base.Scaled(0.5));
  });
  return varies ? UplinkTrouble::kJitter : UplinkTrouble::kNone;
}

// Source: ours; what a stream of variable rate needs to stay clear of the line's end, more of it
// where the line's rate itself varies or TCP halves its window for losses.
double MarginFor(UplinkTrouble trouble) {
  switch (trouble) {
    case UplinkTrouble::kNone:
      return 0.75;
    case UplinkTrouble::kJitter:
    case UplinkTrouble::kCongestion:
      return 0.65;
    case UplinkTrouble::kLossy:
      return 0.55;
  }
  return 0.55;
}

// Source: ours; about a tenth of a bit per pixel, where x264 veryfast shows no blocks in motion.
std::optional<UplinkPreset> PresetFor(DataRate video_rate) {
  struct Rung {
    std::int64_t from_kbps;
    std::int64_t most_kbps;
    PictureSize size;
    double frame_rate;
  };
  static constexpr std::array kRungs = {
      Rung{4500, 6000, {1920, 1080}, 30}, Rung{1500, 4000, {1280, 720}, 30},
      Rung{800, 1800, {960, 540}, 30},    Rung{450, 900, {640, 360}, 30},
      Rung{200, 450, {480, 270}, 20},     Rung{80, 200, {320, 180}, 15},
  };
  for (const Rung& rung : kRungs) {
    if (video_rate < DataRate::KilobitsPerSec(rung.from_kbps)) continue;
    return UplinkPreset{rung.size, rung.frame_rate,
                        std::min(video_rate, DataRate::KilobitsPerSec(rung.most_kbps))};
  }
  return std::nullopt;
}

}  // namespace onair::control
