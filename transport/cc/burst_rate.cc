// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/burst_rate.h"

#include <algorithm>

namespace onair::cc {
namespace {

// Packets further apart are of two trains. Source: ours; our pacer lets leave together what is due
// within 5 ms.
constexpr TimeDelta kGap = TimeDelta::Millis(8);
// Fewer tell more of clocks and wake-ups than of the line.
constexpr int kLeastPackets = 5;
// A key frame of 80 kB; a flow without gaps is judged in parts.
constexpr int kMostPackets = 64;
constexpr TimeDelta kLeastSpan = TimeDelta::Millis(1);
// A train was drawn apart where it arrived over that much longer. Source: ours; half of Wi-Fi's
// and LTE's 10 ms, and a quarter of the train.
constexpr TimeDelta kApart = TimeDelta::Millis(5);
constexpr double kFaster = 2;
constexpr double kBelowLine = 0.9;
constexpr TimeDelta kWait = TimeDelta::Seconds(5);

}  // namespace

void BurstRate::OnPacket(const PacketFate& packet, Timestamp now) {
  if (!packet.arrived_at) return;
  const Timestamp arrived = *packet.arrived_at;
  if (train_ && train_->packets < kMostPackets && packet.sent_at >= train_->last_sent &&
      packet.sent_at - train_->last_sent <= kGap) {
    train_->last_sent = packet.sent_at;
    train_->last_arrived = std::max(train_->last_arrived, arrived);
    train_->behind += packet.size;
    ++train_->packets;
    return;
  }
  if (train_) Judge(*train_, now);
  train_ = Train{packet.sent_at, packet.sent_at, arrived, arrived};
}

void BurstRate::OnFull(Timestamp now) {
  rate_.reset();
  no_faster_until_ = now + kWait;
}

void BurstRate::Judge(const Train& train, Timestamp now) {
  if (train.packets < kLeastPackets) return;
  const TimeDelta sent = train.last_sent - train.first_sent;
  const TimeDelta arrived = train.last_arrived - train.first_arrived;
  if (arrived - sent > std::max(kApart, sent / 4)) {
    rate_ = (train.behind / arrived).Scaled(kBelowLine);
    no_faster_until_ = now + kWait;
  } else if (now >= no_faster_until_) {
    const DataRate next = (train.behind / std::max(sent, kLeastSpan)).Scaled(kFaster);
    rate_ = std::max(rate_.value_or(next), next);
  }
}

}  // namespace onair::cc
