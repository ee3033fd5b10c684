// SPDX-License-Identifier: Apache-2.0
#include "core/preload/preload_plan.h"

#include <catch2/catch.hpp>

#include "core/preload/recent_peak.h"

namespace onair::preload {
namespace {

constexpr auto kNone = PreloadTier::kNone;
constexpr auto kConnected = PreloadTier::kConnected;
constexpr auto kGop = PreloadTier::kNewestGop;
constexpr auto kPicture = PreloadTier::kFirstPicture;

RoomReport Room(int distance, std::int64_t named_s = 0) {
  return {distance, Timestamp::Micros(named_s * 1'000'000), kNone};
}

std::vector<PreloadTier> Tiers(const PreloadConfig& config, const std::vector<RoomReport>& rooms,
                               NetworkCost cost = NetworkCost::kFree) {
  std::vector<PreloadTier> tiers;
  for (const auto& one : PlanPreload(config, {cost, rooms})) tiers.push_back(one.tier);
  return tiers;
}

PreloadConfig Plenty() {
  PreloadConfig config;
  config.memory = DataSize::Mebibytes(1000);
  config.bandwidth = DataRate::KilobitsPerSec(1'000'000);
  return config;
}

TEST_CASE("A room's tier follows its distance") {
  CHECK(Tiers(Plenty(), {Room(9), Room(1), Room(8), Room(2), Room(3)}) ==
        std::vector{kNone, kPicture, kConnected, kGop, kConnected});
}

TEST_CASE("Streams of nearer rooms take the bandwidth; the others stay connected") {
  PreloadConfig config = Plenty();
  config.gop_distance = 4;
  config.bandwidth = DataRate::KilobitsPerSec(5000);
  auto rooms = std::vector{Room(4), Room(1), Room(2), Room(3)};
  CHECK(Tiers(config, rooms) == std::vector{kConnected, kPicture, kGop, kConnected});

  rooms[1].rate = rooms[2].rate = DataRate::KilobitsPerSec(1000);
  CHECK(Tiers(config, rooms) == std::vector{kConnected, kPicture, kGop, kGop});
}

TEST_CASE("A stream that flows is not left for a rate that wobbles, but for one that grew") {
  PreloadConfig config = Plenty();
  config.bandwidth = DataRate::KilobitsPerSec(2000);
  RoomReport room = Room(2);
  room.tier = kGop;
  room.rate = DataRate::KilobitsPerSec(2190);
  CHECK(Tiers(config, {room}) == std::vector{kGop});
  room.rate = DataRate::KilobitsPerSec(2210);
  CHECK(Tiers(config, {room}) == std::vector{kConnected});
  room.tier = kConnected;
  room.rate = DataRate::KilobitsPerSec(2100);
  CHECK(Tiers(config, {room}) == std::vector{kConnected});
}

TEST_CASE("Memory is given to nearer rooms first") {
  PreloadConfig config = Plenty();
  config.gop_distance = 3;
  // A picture, a GOP and their connections; and the next GOP does not fit.
  config.memory = DataSize::Kibibytes(64 * 3 + 1350 + 489 * 2);
  CHECK(Tiers(config, {Room(3), Room(2), Room(1)}) == std::vector{kConnected, kGop, kPicture});
}

TEST_CASE("What a room held counts, where it holds it and where it is to hold it again") {
  PreloadConfig config = Plenty();
  config.memory = DataSize::Mebibytes(3);
  RoomReport room = Room(2);
  room.tier = GENERATE(kGop, kConnected);
  room.gop = DataSize::Mebibytes(4);
  CHECK(Tiers(config, {room}) == std::vector{kConnected});

  room = Room(1);
  room.tier = GENERATE(kPicture, kGop);
  room.picture = DataSize::Mebibytes(3);
  CHECK(Tiers(config, {room}) == std::vector{kGop});
}

// A room as a pool sees it: its GOP grows from key frame to key frame while its stream flows.
struct GrowingRoom {
  RoomReport report;
  DataSize a_second;  // Of its stream.
  RecentPeak gop = {};
  int age_ticks = 0;
  int raised = 0;

  void Tick(Timestamp now) {
    const bool flows = report.tier >= kGop;
    age_ticks = flows ? (age_ticks + 1) % 8 : 0;  // A key frame each 4 s.
    gop.OnSize(flows ? DataSize::Bytes(a_second.bytes() * age_ticks / 2) : DataSize::Zero(), now);
    report.gop = gop.value();
  }
  void Take(PreloadTier tier) {
    raised += tier > report.tier ? 1 : 0;
    report.tier = tier;
  }
};

TEST_CASE("Where memory is the limit no room is raised and lowered for ever") {
  PreloadConfig config = Plenty();
  config.gop_distance = 3;
  config.connect_distance = 3;
  config.picture_distance = 0;
  config.memory = DataSize::Kibibytes(2500);
  // What they take is more than was assumed, so that the farther one fits at first only.
  std::vector<GrowingRoom> rooms{{Room(1), DataSize::Kibibytes(450)},
                                 {Room(2), DataSize::Kibibytes(450)}};
  constexpr int kTicks = 1200;  // Ten minutes.
  for (int tick = 0; tick < kTicks; ++tick) {
    const Timestamp now = Timestamp::Zero() + TimeDelta::Millis(500) * tick;
    std::vector<RoomReport> reports;
    for (GrowingRoom& room : rooms) {
      room.Tick(now);
      reports.push_back(room.report);
    }
    const auto plan = PlanPreload(config, {NetworkCost::kFree, reports});
    for (std::size_t i = 0; i < rooms.size(); ++i) rooms[i].Take(plan[i].tier);
  }
  CHECK(rooms[0].raised == 1);
  // Tried again when what it held is forgotten, in a minute or two.
  CHECK(rooms[1].raised <= 11);
  CHECK(rooms[0].report.tier == kGop);
}

TEST_CASE("Of more rooms than get anything the farthest go, then those named longest ago") {
  PreloadConfig config = Plenty();
  config.rooms = 2;
  const std::vector rooms{Room(3, 5), Room(1, 1), Room(3, 9)};
  const auto plan = PlanPreload(config, {NetworkCost::kFree, rooms});
  CHECK(plan[0].tier == kNone);
  CHECK(plan[0].reason == PreloadReason::kRooms);
  CHECK(plan[1].tier == kPicture);
  CHECK(plan[2].tier == kConnected);
}

TEST_CASE("A metered network caps the tier and the rooms") {
  PreloadConfig config = Plenty();
  config.metered_rooms = 1;
  const std::vector rooms{Room(2), Room(1)};
  const auto plan = PlanPreload(config, {NetworkCost::kMetered, rooms});
  CHECK(plan[1].tier == kConnected);
  CHECK(plan[1].reason == PreloadReason::kMetered);
  CHECK(plan[0].tier == kNone);
  CHECK(plan[0].reason == PreloadReason::kMetered);
}

TEST_CASE("No budget, no preloading; no rooms, no plan") {
  PreloadConfig config;
  config.memory = DataSize::Zero();
  CHECK(Tiers(config, {Room(1)}) == std::vector{kNone});
  CHECK(Tiers({}, {}).empty());
}

TEST_CASE("Settings of preloading outside their range are refused by name") {
  const auto refused = [](const PreloadConfig& config) {
    const Status status = config.Validate();
    return status ? std::string() : status.error().detail;
  };
  CHECK(refused({}).empty());
  CHECK(refused({.rooms = 65}) == "preload.rooms");
  CHECK(refused({.picture_distance = 65}) == "preload.picture_distance");
  CHECK(refused({.gop_distance = 0}) == "preload.gop_distance");
  CHECK(refused({.connect_distance = 1}) == "preload.connect_distance");
  CHECK(refused({.memory = DataSize::Mebibytes(1025)}) == "preload.memory");
  CHECK(refused({.bandwidth = DataRate::KilobitsPerSec(1'000'001)}) == "preload.bandwidth");
  CHECK(refused({.assumed_rate = DataRate::Zero()}) == "preload.assumed_rate");
  CHECK(refused({.metered_tier = static_cast<PreloadTier>(0)}) == "preload.metered_tier");
  CHECK(refused({.metered_rooms = -1}) == "preload.metered_rooms");
  CHECK(refused({.gop_size = DataSize::Zero()}) == "preload.gop_size");
}

}  // namespace
}  // namespace onair::preload
