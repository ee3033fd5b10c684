// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/gcc_probe_meter.h"

#include <algorithm>

namespace onair::cc {
namespace {

// Source: libwebrtc modules/congestion_controller/goog_cc/probe_bitrate_estimator.cc
// kMinReceivedProbesRatio, kMinReceivedBytesRatio, kMaxValidRatio, kMinRatioForUnsaturatedLink,
// kTargetUtilizationFraction, kMaxProbeInterval
constexpr int kLeastPackets = 4;  // Of five.
constexpr double kLeastShare = 0.8;
constexpr double kMostFaster = 2.0;
constexpr double kUnsaturated = 0.9;
constexpr double kUsed = 0.95;
constexpr TimeDelta kLongest = TimeDelta::Seconds(1);

}  // namespace

void GccProbeMeter::OnPlanned(const ProbePlan& plan, Timestamp now) {
  plans_[next_plan_++ % kHeld] = Plan{plan.size, now};
}

std::optional<DataRate> GccProbeMeter::Add(const PacketFate& packet) {
  if (packet.probe == 0) return std::nullopt;
  Train* const train = TrainOf(packet);
  if (train->packets == 0 || packet.sent_at < train->first_sent) {
    train->first_sent = packet.sent_at;
  }
  if (train->packets == 0 || packet.sent_at > train->last_sent) {
    train->last_sent = packet.sent_at;
    train->last_sent_size = packet.size;
  }
  if (train->packets == 0 || *packet.arrived_at < train->first_arrived) {
    train->first_arrived = *packet.arrived_at;
    train->first_arrived_size = packet.size;
  }
  train->last_arrived = std::max(train->last_arrived, *packet.arrived_at);
  train->size += packet.size;
  ++train->packets;
  return Measure(*train, PlannedFor(train->first_sent));
}

GccProbeMeter::Train* GccProbeMeter::TrainOf(const PacketFate& packet) {
  for (auto& train : trains_) {
    if (train && train->number == packet.probe) {
      // A new transport counts from one again.
      if (packet.sent_at - train->first_sent < kLongest * 2) return &*train;
      train.reset();
    }
  }
  auto& slot = trains_[next_train_++ % kHeld];
  slot.emplace(Train{.number = packet.probe,
                     .first_sent = packet.sent_at,
                     .last_sent = packet.sent_at,
                     .first_arrived = *packet.arrived_at,
                     .last_arrived = *packet.arrived_at,
                     .last_sent_size = packet.size,
                     .first_arrived_size = packet.size});
  return &*slot;
}

// Of the latest that was asked for before the train left.
DataSize GccProbeMeter::PlannedFor(Timestamp sent_at) const {
  const Plan* latest = nullptr;
  for (const auto& plan : plans_) {
    if (plan && plan->at <= sent_at && (latest == nullptr || plan->at >= latest->at)) {
      latest = &*plan;
    }
  }
  return latest != nullptr ? latest->size : DataSize::Zero();
}

std::optional<DataRate> GccProbeMeter::Measure(const Train& train, DataSize planned) {
  const double share = static_cast<double>(train.size.bytes());
  if (train.packets < kLeastPackets) return std::nullopt;
  if (share < kLeastShare * static_cast<double>(planned.bytes())) return std::nullopt;
  const TimeDelta sending = train.last_sent - train.first_sent;
  const TimeDelta arriving = train.last_arrived - train.first_arrived;
  if (sending <= TimeDelta::Zero() || sending > kLongest) return std::nullopt;
  if (arriving <= TimeDelta::Zero() || arriving > kLongest) return std::nullopt;
  const DataRate sent = (train.size - train.last_sent_size) / sending;
  const DataRate arrived = (train.size - train.first_arrived_size) / arriving;
  if (arrived > sent.Scaled(kMostFaster)) return std::nullopt;  // Collected on the way.
  // Slower than it left: this is the line, and its queue shall drain.
  if (arrived < sent.Scaled(kUnsaturated)) return arrived.Scaled(kUsed);
  return std::min(sent, arrived);
}

}  // namespace onair::cc
