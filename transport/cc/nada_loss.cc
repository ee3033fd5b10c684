// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/nada_loss.h"

#include <algorithm>

namespace onair::cc {
namespace {

// RFC 8698 section 3: LOGWIN, ALPHA, MULTILOSS
constexpr TimeDelta kWindow = TimeDelta::Millis(500);
constexpr double kAlpha = 0.1;
constexpr double kLong = 7;
// Half a second at 50 Mbit/s.
constexpr std::size_t kMostPackets = 3000;
// RFC 5348 section 5.4
constexpr std::array kWeights = {1.0, 1.0, 1.0, 1.0, 0.8, 0.6, 0.4, 0.2};
// Source: ours; "The rule nada leaves a queue that overflowed". One overflow in a long while would
// be remembered seven times as long, and delay be discounted all that time.
constexpr TimeDelta kMostMemory = TimeDelta::Seconds(2);
// Packets; beyond it nothing changes.
constexpr double kMostInterval = 1e6;

}  // namespace

void NadaLoss::OnPacket(const PacketFate& packet, TimeDelta round_trip) {
  sent_at_ = std::max(sent_at_, packet.sent_at);
  const Packet seen{packet.sent_at, !packet.arrived_at, packet.ecn == Ecn::kCe};
  window_.push_back(seen);
  window_lost_ += seen.is_lost ? 1 : 0;
  window_marked_ += seen.is_marked ? 1 : 0;
  while (window_.size() > kMostPackets || window_.front().sent_at < packet.sent_at - kWindow) {
    window_lost_ -= window_.front().is_lost ? 1 : 0;
    window_marked_ -= window_.front().is_marked ? 1 : 0;
    window_.pop_front();
  }
  since_loss_ = std::min(since_loss_ + 1, kMostInterval);
  // RFC 5348 section 5.2: losses of one round trip are one event.
  if (!seen.is_lost || (lost_at_.is_finite() && packet.sent_at - lost_at_ < round_trip)) return;
  lost_at_ = packet.sent_at;
  EndInterval();
}

void NadaLoss::OnFeedback() {
  if (window_.empty()) return;
  const auto count = static_cast<double>(window_.size());
  lost_ += kAlpha * (static_cast<double>(window_lost_) / count - lost_);
  marked_ += kAlpha * (static_cast<double>(window_marked_) / count - marked_);
}

void NadaLoss::EndInterval() {
  std::copy_backward(intervals_.begin(), intervals_.end() - 1, intervals_.end());
  intervals_[0] = since_loss_;
  held_ = std::min(held_ + 1, kIntervals);
  since_loss_ = 0;
}

// The one that still lasts does not count, other than in RFC 5348: it would grow with what is
// compared with it, and that never be long enough.
double NadaLoss::MeanInterval() const {
  double sum = 0;
  double weights = 0;
  for (std::size_t i = 0; i < held_; ++i) {
    sum += kWeights[i] * intervals_[i];
    weights += kWeights[i];
  }
  return std::max(sum / std::max(weights, 1.0), 1.0);
}

double NadaLoss::weight() const {
  if (held_ == 0 || sent_at_ - lost_at_ > kMostMemory) return 0;
  return std::clamp(kLong + 1 - since_loss_ / MeanInterval(), 0.0, 1.0);
}

}  // namespace onair::cc
