// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/obs_rule.h"

#include <algorithm>
#include <utility>

namespace onair::cc {
namespace {

// Source: obs-studio f86e9c1 plugins/obs-outputs/rtmp-stream.c DBR_INC_TIMER
constexpr TimeDelta kRaiseInterval = TimeDelta::Seconds(4);
// Source: obs-studio f86e9c1 plugins/obs-outputs/rtmp-stream.c DBR_TRIGGER_USEC
constexpr TimeDelta kTrigger = TimeDelta::Millis(200);
// Source: obs-studio f86e9c1 plugins/obs-outputs/rtmp-stream.c MIN_ESTIMATE_DURATION_MS
constexpr std::int64_t kShortestMs = 1000;
// Source: obs-studio f86e9c1 plugins/obs-outputs/rtmp-stream.c MAX_ESTIMATE_DURATION_MS
constexpr std::int64_t kLongestMs = 2000;
// Source: obs-studio f86e9c1 plugins/obs-outputs/rtmp-stream.c check_to_drop_frames
constexpr std::int64_t kFewestFrames = 5;
// Source: obs-studio f86e9c1 plugins/obs-outputs/rtmp-stream.c dbr_add_frame, dbr_bitrate_lowered
constexpr std::int64_t kFloorKbps = 50;
constexpr std::int64_t kGrainKbps = 100;
// Source: obs-studio f86e9c1 plugins/obs-outputs/rtmp-stream.c init_connect, dbr_inc_bitrate
constexpr std::int64_t kRaiseDivisor = 10;

// OBS keeps about 2 s of packets, some 220; beyond this the newest take what follows.
constexpr std::size_t kMostPackets = 1024;

// Nothing but reports moves the rule while no raise is due.
constexpr TimeDelta kIdleInterval = TimeDelta::Seconds(1);

}  // namespace

void ObsThroughput::Add(DataSize size, Timestamp began, Timestamp ended) {
  if (packets_.size() < kMostPackets) {
    packets_.push_back({began, size});
  } else {
    packets_.back().size += size;
  }
  size_ += size;
  const std::int64_t ms = (ended - packets_.front().began).ms();
  if (ms >= kLongestMs) {
    size_ -= packets_.front().size;
    packets_.pop_front();
  }
  // The span still holds the packet that just left, so the estimate errs downwards: OBS's own.
  rate_.reset();
  if (ms >= kShortestMs) rate_ = size_ / TimeDelta::Millis(ms);
}

std::optional<std::int64_t> ObsThroughput::VideoKbps(DataRate audio) const {
  if (!rate_ || rate_->bps() < 1000) return std::nullopt;
  return std::max(rate_->bps() / 1000 - audio.bps() / 1000, kFloorKbps);
}

void ObsThroughput::ForgetPackets() {
  packets_.clear();
  size_ = DataSize::Zero();
}

ObsRule::ObsRule(const ControllerConfig& config)
    : config_(config),
      original_kbps_(config.max_rate.bps() / 1000),
      kbps_(config.start_rate.bps() / 1000) {}

CongestionDecision ObsRule::OnReport(const TcpReport& report) {
  const Timestamp now = clock_.Read(report.at);
  if (std::exchange(is_first_, false) && kbps_ < original_kbps_) raise_at_ = now + kRaiseInterval;
  Measure(report, now);
  const bool is_raised = Raise(now);
  if (report.queue_frames >= kFewestFrames && report.queue_span >= kTrigger) {
    if (Lower(now)) return Answer(now, Cause::kCongestion, "200 ms wait, down");
    return Answer(now, Cause::kCongestion, "200 ms wait, nothing lower known");
  }
  return Answer(now, Cause::kNone, is_raised ? "4 s went well, up" : "hold");
}

CongestionDecision ObsRule::OnReport(const FeedbackReport& report) {
  return Answer(clock_.Read(report.at), Cause::kNone, "knows TCP only");
}

void ObsRule::Measure(const TcpReport& report, Timestamp now) {
  const DataSize size = written_.Read(report.written);
  if (size > DataSize::Zero()) throughput_.Add(size, waiting_since_.value_or(now), now);
  waiting_since_.reset();
  if (report.queue_frames > 0) waiting_since_ = now;
}

bool ObsRule::Raise(Timestamp now) {
  if (!raise_at_ || now < *raise_at_) return false;
  raise_at_.reset();
  before_raise_kbps_ = kbps_;
  kbps_ = std::min(kbps_ + original_kbps_ / kRaiseDivisor, original_kbps_);
  if (kbps_ < original_kbps_) raise_at_ = now + kRaiseInterval;
  return true;
}

bool ObsRule::Lower(Timestamp now) {
  std::optional<std::int64_t> lower = before_raise_kbps_;
  if (const auto estimate = throughput_.VideoKbps(config_.audio_rate);
      estimate && *estimate < kbps_) {
    throughput_.ForgetPackets();
    lower = std::max(*estimate / kGrainKbps * kGrainKbps, kFloorKbps);
  }
  if (!lower) return false;
  const std::int64_t kbps = std::max(*lower, config_.min_rate.bps() / 1000);
  if (kbps == kbps_) return false;
  before_raise_kbps_.reset();
  kbps_ = kbps;
  raise_at_ = now + kRaiseInterval;
  return true;
}

CongestionDecision ObsRule::Answer(Timestamp now, Cause cause, const char* reason) const {
  // A raise that was due at a report without a TCP socket waits for the next one with it.
  const bool is_due_later = raise_at_ && *raise_at_ > now;
  return TargetOnly(Within(config_, DataRate::KilobitsPerSec(kbps_)), cause,
                    is_due_later ? *raise_at_ : now + kIdleInterval, reason);
}

}  // namespace onair::cc
