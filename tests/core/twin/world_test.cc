// SPDX-License-Identifier: Apache-2.0
#include "core/twin/world.h"

#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "tests/support/print_units.h"
#include "tests/support/seed.h"

namespace onair::twin {
namespace {

constexpr Timestamp At(std::int64_t ms) {
  return Timestamp::Zero() + TimeDelta::Millis(ms);
}

TEST_CASE("Events run in the order of their times and, within one moment, of their asking") {
  World world;
  std::string order;
  world.At(At(20), "c", [&] { order += 'c'; });
  world.At(At(10), "a", [&] { order += 'a'; });
  world.At(At(10), "b", [&] { order += 'b'; });

  world.RunUntil(At(30));

  CHECK(order == "abc");
  CHECK(world.now() == At(30));
}

TEST_CASE("An event in the past runs now and time never goes back") {
  World world(At(100));
  Timestamp ran = Timestamp::MinusInfinity();
  world.At(At(50), "late", [&] { ran = world.now(); });

  world.RunFor(TimeDelta::Millis(10));

  CHECK(ran == At(100));
}

TEST_CASE("Events of exactly the end run and later ones wait for the next run") {
  World world;
  int ran = 0;
  world.At(At(10), "first", [&] { ++ran; });
  world.At(At(11), "second", [&] { ++ran; });
  world.RunUntil(At(10));
  CHECK(ran == 1);
  world.RunUntil(At(11));
  CHECK(ran == 2);
}

TEST_CASE("An alarm moved later rings once, at its last time") {
  World world;
  std::vector<Timestamp> rings;
  Alarm alarm(world, "alarm", [&] { rings.push_back(world.now()); });
  alarm.Set(At(10));
  alarm.Set(At(30));
  world.RunUntil(At(20));
  alarm.Set(At(40));
  world.RunUntil(At(100));
  CHECK(rings == std::vector{At(40)});
}

TEST_CASE("An alarm moved earlier rings once, at the earlier time") {
  World world;
  std::vector<Timestamp> rings;
  Alarm alarm(world, "alarm", [&] { rings.push_back(world.now()); });
  alarm.Set(At(50));
  alarm.Set(At(10));
  world.RunUntil(At(100));
  CHECK(rings == std::vector{At(10)});
}

TEST_CASE("A stopped alarm is silent and may be set again") {
  World world;
  int rings = 0;
  Alarm alarm(world, "alarm", [&] { ++rings; });
  alarm.Set(At(10));
  alarm.Stop();
  world.RunUntil(At(20));
  CHECK(rings == 0);
  alarm.Set(At(30));
  world.RunUntil(At(40));
  CHECK(rings == 1);
}

TEST_CASE("An alarm may set itself, several times in one ring") {
  World world;
  std::vector<Timestamp> rings;
  Alarm* self = nullptr;
  Alarm alarm(world, "alarm", [&] {
    rings.push_back(world.now());
    if (rings.size() >= 3) return;
    self->Set(world.now() + TimeDelta::Millis(50));
    self->Set(world.now() + TimeDelta::Millis(10));
  });
  self = &alarm;
  alarm.Set(At(10));
  world.RunUntil(At(1000));
  CHECK(rings == std::vector{At(10), At(20), At(30)});
}

TEST_CASE("A ring may destroy its own alarm and build another in its place") {
  World world;
  std::string order;
  std::unique_ptr<Alarm> alarm;
  alarm = std::make_unique<Alarm>(world, "first", [&] {
    order += '1';
    alarm = std::make_unique<Alarm>(world, "second", [&] { order += '2'; });
    alarm->Set(At(20));
  });
  alarm->Set(At(10));
  world.RunUntil(At(100));
  CHECK(order == "12");
}

TEST_CASE("A destroyed alarm never rings") {
  World world;
  int rings = 0;
  {
    Alarm(world, "gone", [&] { ++rings; }).Set(At(10));
  }
  Alarm heir(world, "heir", [&] { rings += 100; });
  world.RunUntil(At(20));
  CHECK(rings == 0);
}

TEST_CASE("A world is quiet when nothing is left to happen") {
  World world;
  Alarm never(world, "never", [] {});
  never.Set(At(10));
  never.Stop();
  world.At(At(5), "once", [] {});
  CHECK(world.RunUntilQuiet(TimeDelta::Seconds(1)));

  never.Set(At(5000));
  CHECK_FALSE(world.RunUntilQuiet(TimeDelta::Seconds(1)));
}

TEST_CASE("A world in which time stands still fails with its seed and its timers") {
  World world(At(7), 4711);
  std::string report;
  world.set_on_stuck([&](const std::string& text) { report = text; });
  Alarm* self = nullptr;
  Alarm spinner(world, "rtmp.spinner", [&] { self->Set(world.now()); });
  self = &spinner;
  Alarm bystander(world, "session.stall", [] {});
  bystander.Set(At(5000));
  spinner.Set(At(10));

  world.RunFor(TimeDelta::Seconds(60));

  CHECK(world.has_failed());
  CHECK(world.now() == At(10));
  CHECK_THAT(report, Catch::Contains("seed 4711"));
  CHECK_THAT(report, Catch::Contains("rtmp.spinner at 10000 us"));
  CHECK_THAT(report, Catch::Contains("session.stall at 5000000 us"));
}

TEST_CASE("Much work at one moment is no standstill as long as it ends") {
  World world;
  std::string report;
  world.set_on_stuck([&](const std::string& text) { report = text; });
  for (int i = 0; i < 50'000; ++i) world.At(At(10), "burst", [] {});
  for (int i = 0; i < 99'000; ++i) world.At(At(11), "burst", [] {});
  world.RunFor(TimeDelta::Seconds(1));
  CHECK_FALSE(world.has_failed());
  CHECK(world.steps() == 149'000);
}

TEST_CASE("Random alarms ring as a naive list says") {
  const std::uint64_t seed = test::Seed(5);
  INFO(test::SeedNote(seed));
  Rng rng(seed);
  World world;
  constexpr std::size_t kAlarms = 20;
  std::vector<std::unique_ptr<Alarm>> alarms(kAlarms);
  std::vector<std::int64_t> due(kAlarms, -1);
  std::vector<int> rings(kAlarms, 0);
  std::vector<int> expected(kAlarms, 0);
  for (std::size_t i = 0; i < kAlarms; ++i) {
    alarms[i] = std::make_unique<Alarm>(world, "a", [&, i] {
      ++rings[i];
      CHECK(world.now() == At(due[i]));
    });
  }
  for (std::int64_t now = 0; now < 3000; now += 3) {
    for (std::size_t i = 0; i < kAlarms; ++i) {
      if (due[i] >= 0 && due[i] <= now) {
        ++expected[i];
      }
    }
    world.RunUntil(At(now));
    for (std::size_t i = 0; i < kAlarms; ++i) {
      if (due[i] <= now) due[i] = -1;
    }
    REQUIRE(rings == expected);
    const std::size_t pick = rng.Below(kAlarms);
    due[pick] = rng.Below(5) == 0 ? -1 : now + 1 + static_cast<std::int64_t>(rng.Below(40));
    alarms[pick]->Set(due[pick] < 0 ? Timestamp::PlusInfinity() : At(due[pick]));
  }
}

}  // namespace
}  // namespace onair::twin
