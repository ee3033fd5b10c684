// SPDX-License-Identifier: Apache-2.0
#include "core/preload/preload_plan.h"

#include <algorithm>
#include <numeric>

namespace onair::preload {
namespace {

// Source: ours; rates are averages of some seconds and move by a few percent.
constexpr double kSlack = 1.1;

PreloadTier ByDistance(const PreloadConfig& config, int distance) {
  if (distance <= config.picture_distance) return PreloadTier::kFirstPicture;
  if (distance <= config.gop_distance) return PreloadTier::kNewestGop;
  if (distance <= config.connect_distance) return PreloadTier::kConnected;
  return PreloadTier::kNone;
}

PreloadTier Below(PreloadTier tier) {
  return static_cast<PreloadTier>(static_cast<int>(tier) - 1);
}

// The rest of the budgets while rooms are gone through.
class Budgets {
 public:
  explicit Budgets(const PreloadConfig& config) : config_(config) {}

  bool HasBandwidthFor(const RoomReport& room, PreloadTier tier) const {
    if (tier < PreloadTier::kNewestGop) return true;
    const bool flows = room.tier >= PreloadTier::kNewestGop;
    const DataRate limit = flows ? config_.bandwidth.Scaled(kSlack) : config_.bandwidth;
    return rate_ + RateOf(room) <= limit;
  }
  bool HasMemoryFor(const RoomReport& room, PreloadTier tier) const {
    return memory_ + MemoryOf(room, tier) <= config_.memory;
  }
  void Take(const RoomReport& room, PreloadTier tier) {
    if (tier >= PreloadTier::kNewestGop) rate_ = rate_ + RateOf(room);
    memory_ += MemoryOf(room, tier);
  }

 private:
  DataRate RateOf(const RoomReport& room) const {
    return room.rate > DataRate::Zero() ? room.rate : config_.assumed_rate;
  }
  DataSize MemoryOf(const RoomReport& room, PreloadTier tier) const {
    DataSize expected = DataSize::Zero();
    if (tier >= PreloadTier::kConnected) expected += kConnectionMemory;
    if (tier >= PreloadTier::kNewestGop) {
      expected += std::max(room.gop, std::min(RateOf(room) * kAssumedGop, config_.gop_size));
    }
    if (tier >= PreloadTier::kFirstPicture) expected += std::max(room.picture, kAssumedPicture);
    return expected;
  }

  const PreloadConfig& config_;
  DataRate rate_ = DataRate::Zero();
  DataSize memory_ = DataSize::Zero();
};

RoomDecision Fit(const RoomReport& room, RoomDecision wanted, Budgets& budgets) {
  while (wanted.tier > PreloadTier::kNone) {
    if (!budgets.HasBandwidthFor(room, wanted.tier)) {
      wanted = {Below(wanted.tier), PreloadReason::kBandwidth};
    } else if (!budgets.HasMemoryFor(room, wanted.tier)) {
      wanted = {Below(wanted.tier), PreloadReason::kMemory};
    } else {
      break;
    }
  }
  budgets.Take(room, wanted.tier);
  return wanted;
}

}  // namespace

std::vector<RoomDecision> PlanPreload(const PreloadConfig& config, const PreloadReport& report) {
  const auto& rooms = report.rooms;
  std::vector<std::size_t> order(rooms.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::ranges::stable_sort(order, [&](std::size_t a, std::size_t b) {
    if (rooms[a].distance != rooms[b].distance) return rooms[a].distance < rooms[b].distance;
    return rooms[a].named_at > rooms[b].named_at;
  });

  const bool is_metered = report.cost == NetworkCost::kMetered;
  const int most = is_metered ? std::min(config.rooms, config.metered_rooms) : config.rooms;
  std::vector<RoomDecision> decisions(rooms.size(), {PreloadTier::kNone, PreloadReason::kRooms});
  Budgets budgets(config);
  int given = 0;
  for (const std::size_t i : order) {
    if (given >= most) {
      if (is_metered && given < config.rooms) decisions[i].reason = PreloadReason::kMetered;
      continue;
    }
    RoomDecision wanted{ByDistance(config, rooms[i].distance), PreloadReason::kDistance};
    if (is_metered && wanted.tier > config.metered_tier) {
      wanted = {config.metered_tier, PreloadReason::kMetered};
    }
    decisions[i] = Fit(rooms[i], wanted, budgets);
    if (decisions[i].tier > PreloadTier::kNone) ++given;
  }
  return decisions;
}

}  // namespace onair::preload
