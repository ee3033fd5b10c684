// SPDX-License-Identifier: Apache-2.0
#include "core/control/ladder.h"

#include <catch2/catch.hpp>
#include <utility>
#include <vector>

#include "tests/support/print_units.h"

namespace onair::control {
namespace {

DataRate Kbps(std::int64_t kbps) {
  return DataRate::KilobitsPerSec(kbps);
}

// 720p at 30: the full picture needs 900 kbit/s.
const EncoderLimits k720p{.rate = Kbps(2000), .frame_rate = 30};

struct Climb {
  explicit Climb(ControlMode mode, const EncoderLimits& limits = k720p) : ladder(mode, limits) {}

  void Run(std::int64_t kbps, TimeDelta span) {
    for (const Timestamp end = now + span; now < end; now += TimeDelta::Millis(20)) {
      const auto before = ladder.rung();
      ladder.OnRate(Kbps(kbps), now);
      const auto after = ladder.rung();
      const bool is_same =
          before.resolution_step == after.resolution_step && before.frame_rate == after.frame_rate;
      if (!is_same) changes.push_back(now);
    }
  }
  void CheckRung(int step, double frame_rate) const {
    CHECK(ladder.rung().resolution_step == step);
    CHECK(ladder.rung().frame_rate == Approx(frame_rate));
  }

  Ladder ladder;
  Timestamp now = Timestamp::Zero();
  std::vector<Timestamp> changes;
};

TEST_CASE("Each mode gives way in its own order") {
  struct Row {
    ControlMode mode;
    std::vector<std::pair<int, double>> rungs;  // At 850, 600, 500, 270 and 150 kbit/s.
  };
  for (const Row& row :
       {Row{ControlMode::kQuality, {{0, 20}, {1, 15}, {1, 15}, {2, 15}, {2, 15}}},
        Row{ControlMode::kFluency, {{1, 30}, {1, 30}, {2, 30}, {2, 20}, {2, 15}}},
        Row{ControlMode::kBalanced, {{1, 30}, {1, 30}, {1, 20}, {2, 20}, {2, 15}}}}) {
    CAPTURE(row.mode);
    Climb climb(row.mode);
    climb.CheckRung(0, 30);
    std::size_t i = 0;
    for (const std::int64_t kbps : {850, 600, 500, 270, 150}) {
      CAPTURE(kbps);
      climb.Run(kbps, TimeDelta::Seconds(2));
      climb.CheckRung(row.rungs[i].first, row.rungs[i].second);
      ++i;
    }
  }
}

TEST_CASE("A rate that falls for less than a second leaves the picture as it is") {
  Climb climb(ControlMode::kBalanced);
  for (int i = 0; i < 20; ++i) {
    climb.Run(200, TimeDelta::Millis(900));
    climb.Run(1500, TimeDelta::Millis(100));
  }
  CHECK(climb.changes.empty());
}

TEST_CASE("A deep fall goes as far as its best moment needs, at once after a second") {
  Climb climb(ControlMode::kBalanced);
  climb.Run(150, TimeDelta::Millis(500));
  climb.Run(500, TimeDelta::Millis(100));
  climb.Run(150, TimeDelta::Millis(500));
  REQUIRE(climb.changes.size() == 1);
  CHECK(climb.changes[0] == Timestamp::Zero() + TimeDelta::Seconds(1));
  climb.CheckRung(1, 20);
}

TEST_CASE("The way up takes five seconds a rung and a quarter more than the rung needs") {
  Climb climb(ControlMode::kBalanced);
  climb.Run(150, TimeDelta::Seconds(2));
  climb.changes.clear();
  climb.Run(300, TimeDelta::Seconds(10));  // Enough for the next rung, not a quarter more.
  CHECK(climb.changes.empty());
  const Timestamp better = climb.now;
  climb.Run(2000, TimeDelta::Seconds(30));
  REQUIRE(climb.changes.size() == 4);
  CHECK(climb.changes[0] == better + TimeDelta::Seconds(5));
  climb.CheckRung(0, 30);
}

TEST_CASE("A rung that does not hold is tried again once a minute at most") {
  Climb climb(ControlMode::kBalanced);
  for (int i = 0; i < 60; ++i) {
    climb.Run(1200, TimeDelta::Seconds(8));
    climb.Run(600, TimeDelta::Seconds(2));
  }
  // Ten minutes of a rate that swings every ten seconds.
  CHECK(climb.changes.size() <= 20);
}

TEST_CASE("Who asks for a large picture at a low rate gets it") {
  Climb climb(ControlMode::kBalanced, {.rate = Kbps(500), .frame_rate = 30});
  climb.Run(500, TimeDelta::Seconds(10));
  climb.CheckRung(0, 30);
  climb.Run(310, TimeDelta::Seconds(10));
  climb.CheckRung(0, 30);
  climb.Run(250, TimeDelta::Seconds(10));
  climb.CheckRung(1, 30);
}

TEST_CASE("No rung shows fewer than twelve pictures a second, or more than there were") {
  for (const double full : {60.0, 30.0, 20.0, 15.0, 5.0}) {
    Climb climb(ControlMode::kQuality, {.rate = Kbps(2000), .frame_rate = full});
    climb.Run(50, TimeDelta::Seconds(3));
    CAPTURE(full);
    CHECK(climb.ladder.rung().frame_rate == Approx(std::max(full / 2, std::min(full, 12.0))));
  }
}

TEST_CASE("A larger picture needs more") {
  Climb climb(ControlMode::kFluency, {.rate = Kbps(6000), .frame_rate = 30, .size = {1920, 1080}});
  climb.Run(1700, TimeDelta::Seconds(3));
  climb.CheckRung(0, 30);
  climb.Run(1500, TimeDelta::Seconds(3));
  climb.CheckRung(1, 30);
}

}  // namespace
}  // namespace onair::control
