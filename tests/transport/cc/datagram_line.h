// SPDX-License-Identifier: Apache-2.0
//
// A line of datagrams with a queue that drops its tail, an encoder of 30 pictures a second that
// obeys at once, a pacer that knows probes, and feedback each 50 ms, millisecond by millisecond.
#pragma once

#include <algorithm>
#include <deque>
#include <optional>
#include <utility>
#include <vector>

#include "core/base/rng.h"
#include "tests/transport/cc/words.h"

namespace onair::cc {

class DatagramLine {
 public:
  explicit DatagramLine(Controller& controller) : controller_(controller) { StartProbe(); }

  DataRate capacity = Kbps(2000);
  TimeDelta delay = TimeDelta::Millis(25);        // Each way.
  TimeDelta most_queue = TimeDelta::Millis(300);  // What comes when more waits is dropped.
  TimeDelta jitter = TimeDelta::Zero();
  TimeDelta receiver_ahead = TimeDelta::Seconds(3600);  // Its clock.
  double loss = 0;
  double key_factor = 1;  // Each 60th picture, in means.
  double encoder_share = 1;
  double cross_share = 0;  // Of the capacity, taken by others.
  bool is_mute = false;    // No feedback.
  // Of the peer's feedback: between two, beside 50 ms and what is asked for, and what the way back
  // loses of it.
  std::int64_t feedback_each_ms = 0;
  double feedback_loss = 0;
  std::optional<DataRate> encoder_most;

  void Run(std::int64_t ms) {
    for (const std::int64_t end = now_ms_ + ms; now_ms_ < end; ++now_ms_) Step();
  }
  // It carries nothing for so long.
  void Stall(TimeDelta span) {
    for (UnderWay& packet : under_way_) {
      if (packet.told_at <= At(now_ms_) + delay) continue;
      packet.told_at += span;
      if (packet.fate.arrived_at) *packet.fate.arrived_at += span;
    }
    free_at_ = std::max(free_at_, At(now_ms_)) + span;
  }
  const CongestionDecision& decision() const { return decision_; }
  std::int64_t now_ms() const { return now_ms_; }
  double kbps() const { return decision_.target_rate.kbps_f(); }
  // Since the last question.
  TimeDelta TakeLongestQueue() { return std::exchange(longest_, TimeDelta::Zero()); }
  double TakeMeanKbps() {
    const double mean = target_sum_ / std::max(target_count_, 1.0);
    target_sum_ = target_count_ = 0;
    return mean;
  }
  // What came through, and its probes' part.
  double TakeArrivedKbps() {
    const double kbps =
        arrived_bits_ / static_cast<double>(std::max<std::int64_t>(now_ms_ - taken_ms_, 1));
    taken_ms_ = now_ms_;
    arrived_bits_ = 0;
    return kbps;
  }
  std::int64_t lost() const { return lost_; }
  std::uint32_t probes() const { return probe_number_; }
  TimeDelta pacer_queue() const {
    return queued_ / decision_.pacing_rate.value_or(decision_.target_rate);
  }

 private:
  static constexpr std::int64_t kPacket = 1200;

  void Step() {
    target_sum_ += kbps();
    ++target_count_;
    if (now_ms_ % 33 == 0) TakePicture();
    Pace();
    if (now_ms_ % 50 == 0 || At(now_ms_) >= decision_.decide_again_at) Report();
  }
  void TakePicture() {
    if (decision_.intake == Intake::kPaused) return;
    DataRate rate = decision_.target_rate.Scaled(encoder_share);
    if (encoder_most) rate = std::min(rate, *encoder_most);
    const double weight = ++pictures_ % 60 == 0 ? key_factor : 1;
    DataSize size = DataSize::Bytes(static_cast<std::int64_t>(
        static_cast<double>((rate * TimeDelta::Millis(33)).bytes()) * weight));
    if (decision_.frame_limit) size = std::min(size, *decision_.frame_limit);
    queued_ += size;
  }
  void Pace() {
    const Timestamp now = At(now_ms_);
    const DataRate rate = decision_.pacing_rate.value_or(Kbps(1'000'000));
    budget_ = std::min(budget_ + Rate(rate) * TimeDelta::Millis(1), DataSize::Bytes(kPacket));
    while (budget_ > DataSize::Zero()) {
      if (queued_ <= DataSize::Zero() && probe_left_ <= DataSize::Zero()) break;
      if (IsWindowFull()) break;
      const DataSize most = DataSize::Bytes(kPacket);
      const DataSize size =
          queued_ > DataSize::Zero() ? std::min(queued_, most) : DataSize::Bytes(250);
      queued_ = std::max(queued_ - size, DataSize::Zero());
      budget_ -= size;
      Send(size, now);
    }
  }
  DataRate Rate(DataRate pacing) const {
    return probe_left_ > DataSize::Zero() ? std::max(pacing, probe_rate_) : pacing;
  }
  bool IsWindowFull() const {
    return decision_.congestion_window && in_flight_ >= *decision_.congestion_window;
  }
  void Send(DataSize size, Timestamp now) {
    PacketFate fate{.sent_at = now, .size = size};
    if (probe_left_ > DataSize::Zero()) {
      fate.probe = probe_number_;
      probe_left_ -= size;
    }
    free_at_ = std::max(free_at_, now);
    in_flight_ += size;
    Timestamp told_at = free_at_ + delay * 2;
    if (free_at_ - now <= most_queue) {
      free_at_ += size / capacity.Scaled(1 - cross_share);
      longest_ = std::max(longest_, free_at_ - now);
      told_at = free_at_ + delay * 2;
      if (rng_.Fraction() >= loss) {
        fate.arrived_at = free_at_ + delay + jitter.Scaled(rng_.Fraction()) + receiver_ahead;
      }
    }
    if (fate.arrived_at)
      arrived_bits_ += static_cast<double>(size.bytes()) * 8;
    else
      ++lost_;
    under_way_.push_back({fate, told_at});
  }
  void Report() {
    std::vector<PacketFate> fates;
    const bool is_told =
        !is_mute && (feedback_each_ms == 0 || now_ms_ / feedback_each_ms != told_number_);
    if (is_told && feedback_each_ms != 0) told_number_ = now_ms_ / feedback_each_ms;
    const bool is_way_lost = is_told && feedback_loss > 0 && rng_.Fraction() < feedback_loss;
    while (is_told && !under_way_.empty() && under_way_.front().told_at <= At(now_ms_)) {
      in_flight_ -= under_way_.front().fate.size;
      if (!is_way_lost) fates.push_back(under_way_.front().fate);
      under_way_.pop_front();
    }
    decision_ = controller_.OnReport(FeedbackReport{.at = At(now_ms_),
                                                    .packets = fates,
                                                    .in_flight = in_flight_,
                                                    .queue_span = pacer_queue(),
                                                    .queue_size = queued_});
    StartProbe();
  }
  void StartProbe() {
    if (!decision_.probe) return;
    ++probe_number_;
    probe_rate_ = decision_.probe->rate;
    probe_left_ = decision_.probe->size;
  }

  struct UnderWay {
    PacketFate fate;
    Timestamp told_at;
  };
  Controller& controller_;
  Rng rng_ = Rng(3);
  std::int64_t now_ms_ = 0;
  std::int64_t told_number_ = 0;
  std::int64_t pictures_ = 0;
  DataSize queued_ = DataSize::Zero();  // In the pacer.
  DataSize budget_ = DataSize::Zero();
  DataSize in_flight_ = DataSize::Zero();
  Timestamp free_at_ = At(0);
  TimeDelta longest_ = TimeDelta::Zero();
  std::uint32_t probe_number_ = 0;
  DataRate probe_rate_ = DataRate::Zero();
  DataSize probe_left_ = DataSize::Zero();
  std::int64_t lost_ = 0;
  double target_sum_ = 0;
  double target_count_ = 0;
  double arrived_bits_ = 0;
  std::int64_t taken_ms_ = 0;
  std::deque<UnderWay> under_way_;
  CongestionDecision decision_ = controller_.OnReport(FeedbackReport{.at = At(0), .packets = {}});
};

}  // namespace onair::cc
