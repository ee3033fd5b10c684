// SPDX-License-Identifier: Apache-2.0
// Queue laws on a 1 Mbit/s bottleneck (125 bytes a millisecond).
#include <catch2/catch.hpp>
#include <cmath>

#include "core/twin/codel.h"
#include "core/twin/fq_codel.h"
#include "core/twin/pie.h"
#include "core/twin/rate_limit.h"
#include "tests/core/twin/link_scene.h"
#include "tests/support/print_units.h"
#include "tests/support/seed.h"

namespace onair::twin {
namespace {

const DataRate k1Mbps = DataRate::KilobitsPerSec(1000);

std::unique_ptr<Link> Behind(std::unique_ptr<PacketQueue> queue) {
  return std::make_unique<RateLimit>(RateSchedule(k1Mbps), std::move(queue));
}

struct Delays {
  double mean_ms = 0;
  double longest_ms = 0;
};
Delays DelaysOf(const LinkScene& scene, Timestamp from, FlowId flow = 0) {
  Delays delays;
  int count = 0;
  for (const auto& [at, packet] : scene.arrived) {
    if (at < from || packet.flow != flow) continue;
    const double ms = (at - packet.sent_at).ms_f();
    delays.mean_ms += ms;
    delays.longest_ms = std::max(delays.longest_ms, ms);
    ++count;
  }
  delays.mean_ms /= std::max(1, count);
  return delays;
}

TEST_CASE("CoDel drops its first packet one interval after the delay passed 5 ms") {
  CodelFifo fifo(CodelConfig{});
  for (int i = 0; i < 200; ++i) fifo.Push(Packet{Bytes(1250)}, At(0));
  // One leaves every 10 ms; at 10 ms the delay is above target for the first time.
  for (int ms = 10; ms <= 100; ms += 10) REQUIRE(fifo.Pop(At(ms)));
  CHECK(fifo.dropped() == 0);
  REQUIRE(fifo.Pop(At(110)));
  CHECK(fifo.dropped() == 1);
  // RFC 8289 section 5.5: the next one after interval / sqrt(1), then / sqrt(2) ...
  for (int ms = 120; ms <= 200; ms += 10) REQUIRE(fifo.Pop(At(ms)));
  CHECK(fifo.dropped() == 1);
  REQUIRE(fifo.Pop(At(210)));
  CHECK(fifo.dropped() == 2);
  for (int ms = 220; ms <= 280; ms += 10) REQUIRE(fifo.Pop(At(ms)));
  CHECK(fifo.dropped() == 2);
  REQUIRE(fifo.Pop(At(290)));  // After 210 + 70.7 ms.
  CHECK(fifo.dropped() == 3);
}

TEST_CASE("CoDel leaves a burst alone that drains within its interval") {
  LinkScene scene(Behind(std::make_unique<Codel>()));
  for (int i = 0; i < 8; ++i) scene.Send(0, 1250);
  scene.world.RunFor(TimeDelta::Seconds(1));
  CHECK(scene.arrived.size() == 8);
  CHECK(scene.pipe.stats().dropped == 0);
}

TEST_CASE("CoDel marks capable packets instead of dropping them") {
  CodelFifo fifo(CodelConfig{});
  for (int i = 0; i < 200; ++i) {
    Packet packet{Bytes(1250)};
    packet.ecn = Ecn::kEct0;
    fifo.Push(std::move(packet), At(0));
  }
  int marks = 0;
  for (int i = 1; i <= 200; ++i) marks += fifo.Pop(At(10 * i))->ecn == Ecn::kCe ? 1 : 0;
  CHECK(fifo.dropped() == 0);
  CHECK(fifo.marked() == marks);
  CHECK(marks > 20);
  CHECK(marks < 120);
}

TEST_CASE("CoDel refuses what is beyond its limit") {
  CodelConfig config;
  config.limit = DataSize::Bytes(5000);
  Codel queue(config);
  for (int i = 0; i < 6; ++i) queue.Push(Packet{Bytes(1250)}, At(0));
  CHECK(queue.size() == DataSize::Bytes(5000));
  CHECK(queue.dropped() == 2);
}

TEST_CASE("FQ-CoDel shares a link equally and keeps a thin flow's delay near zero") {
  LinkScene scene(Behind(std::make_unique<FqCodel>()));
  for (int ms = 0; ms < 10'000; ms += 5) scene.Send(ms, 1250, 1);   // 2 Mbit/s.
  for (int ms = 0; ms < 10'000; ms += 10) scene.Send(ms, 1250, 2);  // 1 Mbit/s.
  for (int ms = 0; ms < 10'000; ms += 100) scene.Send(ms, 125, 3);  // 10 kbit/s.
  scene.world.RunFor(TimeDelta::Seconds(10));

  const auto fat = static_cast<double>(scene.pipe.flow_stats(1).bytes_arrived.bytes());
  const auto middle = static_cast<double>(scene.pipe.flow_stats(2).bytes_arrived.bytes());
  CHECK(fat / middle > 0.95);
  CHECK(fat / middle < 1.10);
  CHECK(scene.pipe.flow_stats(3).arrived == 100);
  // At most the packet that is being sent, and its own millisecond.
  CHECK(DelaysOf(scene, At(100), 3).longest_ms <= 11);
  CHECK(DelaysOf(scene, At(5000), 1).mean_ms > 35);
}

TEST_CASE("FQ-CoDel at its limit drops from the head of the longest flow") {
  CodelConfig config;
  config.limit = DataSize::Bytes(10'000);
  FqCodel queue(config);
  const auto push = [&](FlowId flow, std::uint64_t number) {
    Packet packet{Bytes(1000)};
    packet.flow = flow;
    packet.number = number;
    queue.Push(std::move(packet), At(0));
  };
  for (std::uint64_t i = 1; i <= 9; ++i) push(1, i);
  push(2, 100);
  push(2, 101);
  CHECK(queue.size() == DataSize::Bytes(10'000));
  CHECK(queue.dropped() == 1);
  CHECK(queue.Pop(At(1))->number == 2);
}

TEST_CASE("PIE holds the delay of an overloaded link near its target") {
  const std::uint64_t seed = test::Seed(14);
  INFO(test::SeedNote(seed));
  auto queue = std::make_unique<Pie>(PieConfig{}, Rng(seed));
  LinkScene scene(Behind(std::move(queue)));
  // 1.2 Mbit/s in small packets, unresponsive: a sixth must go.
  scene.SendTrain(60'000, TimeDelta::Millis(1), 150);
  scene.world.RunFor(TimeDelta::Seconds(60));
  const double lost = static_cast<double>(scene.pipe.stats().dropped) / 60'000;
  CHECK(lost > 0.13);
  CHECK(lost < 0.20);
  CHECK(DelaysOf(scene, At(20'000)).mean_ms > 8);
  CHECK(DelaysOf(scene, At(20'000)).mean_ms < 30);
}

TEST_CASE("PIE lets a first burst of 150 ms pass and an idle link alone") {
  LinkScene scene(Behind(std::make_unique<Pie>(PieConfig{}, Rng(3))));
  for (int i = 0; i < 12; ++i) scene.Send(0, 1250);
  scene.SendTrain(1000, TimeDelta::Millis(12), 1250);
  scene.world.RunFor(TimeDelta::Seconds(20));
  CHECK(scene.pipe.stats().dropped == 0);
}

TEST_CASE("PIE marks capable packets while its chance is low") {
  auto pie = std::make_unique<Pie>(PieConfig{}, Rng(3));
  const Pie& queue = *pie;
  LinkScene scene(Behind(std::move(pie)));
  for (int ms = 0; ms < 20'000; ++ms) {
    scene.Send(ms, ms % 2 == 0 ? 140 : 115, 0, Ecn::kEct0);  // 2 % too much.
  }
  scene.world.RunFor(TimeDelta::Seconds(20));
  int marks = 0;
  for (const auto& [at, packet] : scene.arrived) marks += packet.ecn == Ecn::kCe ? 1 : 0;
  CHECK(queue.marked() >= marks);
  CHECK(marks > 20);
}

}  // namespace
}  // namespace onair::twin
