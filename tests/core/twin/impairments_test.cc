// SPDX-License-Identifier: Apache-2.0
// What each single link does, with exact times where there is no chance and bounds on both
// sides where there is.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <numeric>

#include "core/twin/blackout.h"
#include "core/twin/burst_loss.h"
#include "core/twin/delay.h"
#include "core/twin/jitter.h"
#include "core/twin/mangling.h"
#include "core/twin/nat.h"
#include "core/twin/path.h"
#include "core/twin/path_switch.h"
#include "core/twin/policer.h"
#include "core/twin/radio_links.h"
#include "tests/core/twin/link_scene.h"
#include "tests/support/print_units.h"
#include "tests/support/seed.h"

namespace onair::twin {
namespace {

TEST_CASE("Jitter is a folded Gaussian of 5 ms, bounded at 15 ms, and never reorders") {
  const std::uint64_t seed = test::Seed(11);
  INFO(test::SeedNote(seed));
  LinkScene scene(std::make_unique<Jitter>(JitterConfig{}, Rng(seed)));
  scene.SendTrain(20'000, TimeDelta::Millis(20), 100);
  scene.world.RunFor(TimeDelta::Seconds(500));

  REQUIRE(scene.arrived.size() == 20'000);
  double sum_ms = 0;
  double longest_ms = 0;
  int at_bound = 0;
  for (const auto& [at, packet] : scene.arrived) {
    const double ms = (at - packet.sent_at).ms_f();
    REQUIRE(ms >= 0);
    sum_ms += ms;
    longest_ms = std::max(longest_ms, ms);
    at_bound += ms == 15.0 ? 1 : 0;
  }
  const auto numbers = scene.Numbers();
  CHECK(std::is_sorted(numbers.begin(), numbers.end()));
  // 5 ms * sqrt(2 / pi), and P(|z| > 3) = 0.27 %.
  CHECK(std::fabs(sum_ms / 20'000 - 3.989) < 0.08);
  CHECK(longest_ms == 15.0);
  CHECK(at_bound > 25);
  CHECK(at_bound < 95);
}

TEST_CASE("Jittered packets keep the distance that the wire needs") {
  JitterConfig config;
  config.rate = DataRate::KilobitsPerSec(1000);
  LinkScene scene(std::make_unique<Jitter>(config, Rng(3)));
  scene.SendTrain(2000, TimeDelta::Millis(2), 125);  // A millisecond each.
  scene.world.RunFor(TimeDelta::Seconds(10));
  const auto times = scene.Times();
  REQUIRE(times.size() == 2000);
  for (std::size_t i = 1; i < times.size(); ++i) {
    REQUIRE(times[i] - times[i - 1] >= TimeDelta::Millis(1));
  }
}

TEST_CASE("Burst loss has its share and its length of bursts") {
  const std::uint64_t seed = test::Seed(12);
  INFO(test::SeedNote(seed));
  LinkScene scene(std::make_unique<BurstLoss>(BurstLossConfig::Of(0.05, 4), Rng(seed)));
  constexpr int kCount = 100'000;
  scene.SendTrain(kCount, TimeDelta::Millis(1), 10);
  scene.world.RunFor(TimeDelta::Seconds(101));

  const auto numbers = scene.Numbers();
  int bursts = 0;
  for (std::size_t i = 1; i < numbers.size(); ++i) bursts += numbers[i] > numbers[i - 1] + 1;
  const auto lost = static_cast<double>(scene.pipe.stats().dropped);
  CHECK(std::fabs(lost / kCount - 0.05) < 0.006);
  CHECK(std::fabs(lost / bursts - 4) < 0.4);
}

TEST_CASE("A held-back packet is overtaken and nothing is lost") {
  LinkScene scene(std::make_unique<Reorder>(0.1, TimeDelta::Millis(35), Rng(4)));
  scene.SendTrain(10'000, TimeDelta::Millis(10), 10);
  scene.world.RunFor(TimeDelta::Seconds(101));
  auto numbers = scene.Numbers();
  int overtaken = 0;
  for (const auto& [at, packet] : scene.arrived) {
    const TimeDelta delay = at - packet.sent_at;
    CHECK((delay == TimeDelta::Zero() || delay == TimeDelta::Millis(35)));
    overtaken += delay > TimeDelta::Zero() ? 1 : 0;
  }
  CHECK(overtaken > 900);
  CHECK(overtaken < 1100);
  CHECK_FALSE(std::is_sorted(numbers.begin(), numbers.end()));
  std::sort(numbers.begin(), numbers.end());
  CHECK(numbers.size() == 10'000);
  CHECK(std::adjacent_find(numbers.begin(), numbers.end()) == numbers.end());
}

TEST_CASE("A duplicate is the same packet again and is counted") {
  LinkScene scene(std::make_unique<Duplicate>(1, TimeDelta::Millis(7), Rng(4)));
  scene.Send(0, 10);
  scene.Send(100, 10);
  scene.world.RunFor(TimeDelta::Seconds(1));
  CHECK(scene.Times() == std::vector{At(0), At(7), At(100), At(107)});
  CHECK(scene.Numbers() == std::vector<std::uint64_t>{1, 1, 2, 2});
  const LinkStats stats = scene.pipe.stats();
  CHECK(stats.doubled == 2);
  CHECK(stats.taken + stats.doubled == stats.passed + stats.dropped);
}

TEST_CASE("A corrupted packet differs in one bit") {
  LinkScene scene(std::make_unique<Corrupt>(0.5, Rng(4)));
  scene.SendTrain(1000, TimeDelta::Millis(1), 100);
  scene.world.RunFor(TimeDelta::Seconds(2));
  int damaged = 0;
  for (const auto& [at, packet] : scene.arrived) {
    int bits = 0;
    for (const std::uint8_t byte : packet.bytes) bits += __builtin_popcount(byte);
    REQUIRE(bits <= 1);
    damaged += bits;
  }
  CHECK(scene.arrived.size() == 1000);
  CHECK(damaged == scene.pipe.stats().damaged);
  CHECK(damaged > 440);
  CHECK(damaged < 560);
}

TEST_CASE("A blackout loses what comes in its span and nothing else") {
  LinkScene scene(std::make_unique<Blackout>(std::vector<Blackout::Span>{
      {At(10), TimeDelta::Millis(10)}, {At(50), TimeDelta::Millis(1)}}));
  for (const int ms : {9, 10, 19, 20, 50, 51}) scene.Send(ms, 10);
  scene.world.RunFor(TimeDelta::Seconds(1));
  CHECK(scene.Times() == std::vector{At(9), At(20), At(51)});
  CHECK(scene.pipe.stats().dropped == 3);
}

TEST_CASE("A black hole swallows what is too large, from its moment on") {
  LinkScene scene(std::make_unique<MtuBlackHole>(DataSize::Bytes(1280), At(100)));
  scene.Send(99, 1500);
  scene.Send(100, 1500);
  scene.Send(100, 1280);
  scene.world.RunFor(TimeDelta::Seconds(1));
  CHECK(scene.Times() == std::vector{At(99), At(100)});
  CHECK(scene.arrived[1].packet.bytes.size() == 1280);
}

TEST_CASE("After a rebinding a NAT shows another source and refuses the old destination") {
  const Nat nat({At(100)});
  LinkScene out(nat.Outbound());
  out.Send(99, 10);
  out.Send(100, 10);
  out.world.RunFor(TimeDelta::Seconds(1));
  REQUIRE(out.arrived.size() == 2);
  CHECK(out.arrived[0].packet.source == 1);
  CHECK(out.arrived[1].packet.source == 2);

  LinkScene in(nat.Inbound());
  const auto answer = [&](std::int64_t ms, std::uint32_t destination) {
    in.world.At(At(ms), "test", [&in, destination] {
      Packet packet{Bytes(10)};
      packet.destination = destination;
      in.pipe.Send(std::move(packet));
    });
  };
  answer(99, 1);
  answer(101, 1);
  answer(102, 2);
  in.world.RunFor(TimeDelta::Seconds(1));
  CHECK(in.Times() == std::vector{At(99), At(102)});
}

std::vector<std::unique_ptr<Link>> TwoWays() {
  std::vector<std::unique_ptr<Link>> ways;
  ways.push_back(std::make_unique<Delay>(TimeDelta::Millis(80)));
  ways.push_back(std::make_unique<Delay>(TimeDelta::Millis(20)));
  return ways;
}

TEST_CASE("After a switch packets take the new way and may overtake the old one's") {
  LinkScene scene(std::make_unique<PathSwitch>(
      TwoWays(), std::vector<PathSwitch::Step>{{At(100), 1}, {At(200), 9}},
      PathSwitch::Leaving::kDrain));
  for (const int ms : {0, 90, 100, 210}) scene.Send(ms, 10);
  scene.world.RunFor(TimeDelta::Seconds(1));
  CHECK(scene.Times() == std::vector{At(80), At(120), At(170)});
  CHECK(scene.Numbers() == std::vector<std::uint64_t>{1, 3, 2});
  CHECK(scene.pipe.stats().dropped == 1);
}

TEST_CASE("A switch that breaks the old way loses what is on it") {
  LinkScene scene(std::make_unique<PathSwitch>(
      TwoWays(), std::vector<PathSwitch::Step>{{At(100), 1}}, PathSwitch::Leaving::kBreak));
  for (const int ms : {0, 90, 100}) scene.Send(ms, 10);
  scene.world.RunFor(TimeDelta::Seconds(1));
  CHECK(scene.Times() == std::vector{At(80), At(120)});
  CHECK(scene.pipe.stats().dropped == 1);
}

TEST_CASE("A policer passes its burst, then its rate, and delays nothing") {
  // 125 bytes a millisecond and a bucket of ten packets.
  LinkScene scene(std::make_unique<Policer>(DataRate::KilobitsPerSec(1000), DataSize::Bytes(1250)));
  for (int i = 0; i < 20; ++i) scene.Send(0, 125);
  for (int i = 1; i <= 100; ++i) scene.Send(i, 250);  // Twice the rate.
  scene.world.RunFor(TimeDelta::Seconds(1));
  std::vector<Timestamp> times = scene.Times();
  REQUIRE(times.size() == 60);
  CHECK(times[9] == At(0));
  CHECK(times[10] == At(2));
  CHECK(times[59] == At(100));
}

TEST_CASE("HARQ delays by steps of 8 ms in order and loses only after all tries") {
  const std::uint64_t seed = test::Seed(13);
  INFO(test::SeedNote(seed));
  LinkScene scene(std::make_unique<HarqLink>(HarqConfig{}, Rng(seed)));
  constexpr int kCount = 50'000;
  scene.SendTrain(kCount, TimeDelta::Millis(100), 10);
  scene.world.RunFor(TimeDelta::Seconds(5001));
  std::vector<int> by_tries(6);
  for (const auto& [at, packet] : scene.arrived) {
    const std::int64_t us = (at - packet.sent_at).us();
    REQUIRE(us % 8000 == 0);
    ++by_tries.at(static_cast<std::size_t>(us / 8000));
  }
  CHECK(std::fabs(by_tries[0] / double{kCount} - 0.9) < 0.01);
  CHECK(std::fabs(by_tries[1] / double{kCount} - 0.09) < 0.008);
  CHECK(std::fabs(by_tries[2] / double{kCount} - 0.009) < 0.003);
  CHECK(scene.pipe.stats().dropped <= 4);
}

TEST_CASE("A packet behind a HARQ retransmission waits for it") {
  LinkScene scene(std::make_unique<HarqLink>(HarqConfig{.block_error = 0.3}, Rng(2)));
  scene.SendTrain(5000, TimeDelta::Millis(1), 10);
  scene.world.RunFor(TimeDelta::Seconds(10));
  const auto numbers = scene.Numbers();
  CHECK(std::is_sorted(numbers.begin(), numbers.end()));
  const auto times = scene.Times();
  int together = 0;
  for (std::size_t i = 1; i < times.size(); ++i) together += times[i] == times[i - 1] ? 1 : 0;
  CHECK(together > 2000);
  CHECK(together < 4500);
}

TEST_CASE("Aggregation sends what gathered in 2 to 10 ms at once") {
  LinkScene scene(std::make_unique<Aggregation>(AggregationConfig{}, Rng(8)));
  scene.SendTrain(10'000, TimeDelta::Micros(500), 10);
  scene.world.RunFor(TimeDelta::Seconds(10));
  REQUIRE(scene.arrived.size() == 10'000);
  int bursts = 0;
  for (std::size_t i = 0; i < scene.arrived.size(); ++i) {
    const TimeDelta wait = scene.arrived[i].at - scene.arrived[i].packet.sent_at;
    REQUIRE(wait <= TimeDelta::Millis(10));
    bursts += i > 0 && scene.arrived[i].at != scene.arrived[i - 1].at ? 1 : 0;
  }
  // 5 s in turns of 6 ms on average and half a packet's wait.
  CHECK(bursts > 720);
  CHECK(bursts < 880);
}

TEST_CASE("A turn of the air carries no more than its packets") {
  LinkScene scene(std::make_unique<Aggregation>(AggregationConfig{.packets = 8}, Rng(8)));
  for (int i = 0; i < 20; ++i) scene.Send(0, 10);
  scene.world.RunFor(TimeDelta::Seconds(1));
  const auto times = scene.Times();
  REQUIRE(times.size() == 20);
  CHECK(times[7] == times[0]);
  CHECK(times[8] >= times[0] + TimeDelta::Millis(2));
  CHECK(times[15] == times[8]);
  CHECK(times[16] > times[8]);
}

}  // namespace
}  // namespace onair::twin
