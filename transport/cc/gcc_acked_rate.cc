// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/gcc_acked_rate.h"

#include <algorithm>
#include <utility>

namespace onair::cc {
namespace {

// Source: libwebrtc
// modules/congestion_controller/goog_cc/acknowledged_bitrate_estimator_interface.h
// RobustThroughputEstimatorSettings
constexpr std::size_t kWindowPackets = 20;
constexpr std::size_t kMostPackets = 500;
constexpr std::size_t kNeededPackets = 10;
constexpr TimeDelta kLeastSpan = TimeDelta::Seconds(1);
constexpr TimeDelta kMostSpan = TimeDelta::Seconds(5);
// Source: libwebrtc modules/congestion_controller/goog_cc/robust_throughput_estimator.cc
// kMaxReorderingTime
constexpr TimeDelta kReordering = TimeDelta::Seconds(1);
// A rate over less would not be one.
constexpr TimeDelta kShortest = TimeDelta::Millis(1);

}  // namespace

void GccAckedRate::Add(const PacketFate& packet) {
  Insert({packet.sent_at, *packet.arrived_at, packet.size});
  while (IsFirstTooOld()) {
    dropped_sent_at_ = std::max(dropped_sent_at_, packets_.front().sent_at);
    packets_.pop_front();
  }
}

void GccAckedRate::Insert(const Packet& packet) {
  // A clock that was set: what was before cannot be compared.
  if (!packets_.empty() && packets_.back().arrived_at - packet.arrived_at > kReordering) {
    packets_.clear();
    dropped_sent_at_ = Timestamp::MinusInfinity();
  }
  packets_.push_back(packet);
  for (std::size_t i = packets_.size() - 1; i > 0; --i) {
    if (packets_[i].arrived_at >= packets_[i - 1].arrived_at) break;
    std::swap(packets_[i], packets_[i - 1]);
  }
}

bool GccAckedRate::IsFirstTooOld() const {
  if (packets_.size() > kMostPackets) return true;
  const TimeDelta span = packets_.back().arrived_at - packets_.front().arrived_at;
  return span > kMostSpan || (packets_.size() > kWindowPackets && span > kLeastSpan);
}

std::optional<DataRate> GccAckedRate::rate() const {
  if (packets_.size() < kNeededPackets) return std::nullopt;
  const auto sent = SentRate();
  if (!sent) return std::nullopt;
  return std::min(*sent, ArrivedRate());
}

// Packets older than one that left the window were overtaken, and are not of its span.
std::optional<DataRate> GccAckedRate::SentRate() const {
  DataSize size = DataSize::Zero();
  int counted = 0;
  const Packet* first = nullptr;
  const Packet* last = nullptr;
  for (const Packet& packet : packets_) {
    if (packet.sent_at < dropped_sent_at_) continue;
    size += packet.size;
    ++counted;
    if (first == nullptr || packet.sent_at < first->sent_at) first = &packet;
    if (last == nullptr || packet.sent_at >= last->sent_at) last = &packet;
  }
  if (counted < 2) return std::nullopt;
  return (size - last->size) / std::max(last->sent_at - first->sent_at, kShortest);
}

// The largest gap counts as the second largest: a link that stood still for once says nothing of
// how much it carries.
DataRate GccAckedRate::ArrivedRate() const {
  TimeDelta largest = TimeDelta::Zero();
  TimeDelta second = TimeDelta::Zero();
  DataSize size = DataSize::Zero();
  for (std::size_t i = 1; i < packets_.size(); ++i) {
    size += packets_[i].size;
    const TimeDelta gap = packets_[i].arrived_at - packets_[i - 1].arrived_at;
    if (gap > largest)
      second = std::exchange(largest, gap);
    else
      second = std::max(second, gap);
  }
  const TimeDelta span = packets_.back().arrived_at - packets_.front().arrived_at;
  return size / std::max(span - largest + second, kShortest);
}

}  // namespace onair::cc
