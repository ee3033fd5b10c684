// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/gcc_delay.h"

namespace onair::cc {
namespace {

// Source: libwebrtc modules/congestion_controller/goog_cc/delay_based_bwe.cc kStreamTimeOut
constexpr TimeDelta kForgotten = TimeDelta::Seconds(2);

}  // namespace

GccDelay::Queue GccDelay::Read(std::span<const PacketFate> arrived, Timestamp now) {
  if (read_at_ && now - *read_at_ > kForgotten) {
    groups_ = {};
    trendline_ = {};
  }
  if (!arrived.empty()) read_at_ = now;
  Queue queue = Queue::kAsBefore;
  for (const PacketFate& packet : arrived) {
    const auto deltas = groups_.Add(packet.sent_at, *packet.arrived_at, now);
    if (!deltas) continue;
    const GccLineUse before = trendline_.use();
    trendline_.Update(*deltas);
    if (before == GccLineUse::kUnder && use() == GccLineUse::kNormal) queue = Queue::kDrained;
  }
  return queue;
}

// Probes do not raise a rate under which delay grows.
GccDelay::Step GccDelay::Move(std::optional<DataRate> acked, std::optional<DataRate> probed,
                              Timestamp now) {
  if (use() == GccLineUse::kOver) {
    const DataRate half = rate().Scaled(0.5);
    if (aimd_.IsEarly(acked.value_or(half - DataRate::BitsPerSec(1)), now)) return Step::kNone;
    if (acked)
      aimd_.Update(GccLineUse::kOver, acked, now);
    else
      aimd_.Set(half, now);
    return Step::kMoved;
  }
  if (probed) {
    aimd_.Set(*probed, now);
    return Step::kProbed;
  }
  aimd_.Update(use(), acked, now);
  return Step::kMoved;
}

}  // namespace onair::cc
