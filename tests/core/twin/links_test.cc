// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <vector>

#include "core/twin/datagram_pipe.h"
#include "core/twin/delay.h"
#include "core/twin/path.h"
#include "core/twin/random_loss.h"
#include "core/twin/rate_limit.h"
#include "core/twin/rate_schedule.h"
#include "core/twin/tail_drop.h"
#include "tests/support/print_units.h"
#include "tests/support/seed.h"

namespace onair::twin {
namespace {

constexpr Timestamp At(std::int64_t ms) {
  return Timestamp::Zero() + TimeDelta::Millis(ms);
}
constexpr DataRate k1Mbps = DataRate::KilobitsPerSec(1000);

// Sends packets of one size at given moments; what arrived and when.
struct Scene {
  explicit Scene(std::unique_ptr<Link> link)
      : pipe(world, std::move(link), [this](const Packet& packet, Timestamp now) {
          arrived.emplace_back(packet.number, now);
        }) {}

  void Send(std::int64_t ms, std::size_t bytes) {
    world.At(At(ms), "test", [this, bytes] { pipe.Send(Bytes(bytes)); });
  }
  std::vector<Timestamp> Times() const {
    std::vector<Timestamp> times;
    for (const auto& [number, at] : arrived) times.push_back(at);
    return times;
  }

  World world;
  std::vector<std::pair<std::uint64_t, Timestamp>> arrived;
  DatagramPipe pipe;
};

std::unique_ptr<RateLimit> Bottleneck(const RateSchedule& rate, DataSize queue) {
  return std::make_unique<RateLimit>(rate, std::make_unique<TailDrop>(queue));
}

TEST_CASE("A schedule says when a size has left, across changes and outages") {
  RateSchedule rate(k1Mbps);  // 125 bytes a millisecond.
  CHECK(rate.FinishOf(DataSize::Bytes(1250), At(5)) == At(15));
  CHECK(rate.FinishOf(DataSize::Zero(), At(5)) == At(5));
  CHECK(rate.FinishOf(DataSize::Bytes(1), At(0)) == Timestamp::Micros(8));

  rate.Change(At(10), DataRate::KilobitsPerSec(2000));
  CHECK(rate.FinishOf(DataSize::Bytes(1250), At(5)) == At(5) + TimeDelta::Micros(7500));

  RateSchedule broken(k1Mbps);
  broken.Outage(At(10), TimeDelta::Seconds(3));
  CHECK(broken.FinishOf(DataSize::Bytes(1250), At(5)) == At(3015));
  CHECK(broken.FinishOf(DataSize::Bytes(625), At(5)) == At(10));
  CHECK(broken.FinishOf(DataSize::Bytes(125), At(100)) == At(3011));
  CHECK_FALSE(broken.is_up(At(10)));
  CHECK(broken.is_up(At(3010)));

  CHECK(RateSchedule(DataRate::Zero()).FinishOf(DataSize::Bytes(1), At(0)) ==
        Timestamp::PlusInfinity());
  CHECK(RateSchedule::Unlimited().FinishOf(DataSize::Mebibytes(100), At(3)) == At(3));
}

TEST_CASE("A delay shifts every packet by the same time") {
  Scene scene(std::make_unique<Delay>(TimeDelta::Millis(25)));
  scene.Send(0, 100);
  scene.Send(3, 1000);
  scene.world.RunFor(TimeDelta::Seconds(1));
  CHECK(scene.Times() == std::vector{At(25), At(28)});
}

TEST_CASE("A bottleneck spaces packets by their size") {
  Scene scene(Bottleneck(RateSchedule(k1Mbps), DataSize::Bytes(10'000)));
  for (int i = 0; i < 3; ++i) scene.Send(0, 1250);
  scene.Send(100, 125);
  scene.world.RunFor(TimeDelta::Seconds(1));
  CHECK(scene.Times() == std::vector{At(10), At(20), At(30), At(101)});
}

TEST_CASE("A full queue drops its tail and counts it") {
  // One packet is being sent and four wait.
  Scene scene(Bottleneck(RateSchedule(k1Mbps), DataSize::Bytes(5000)));
  for (int i = 0; i < 8; ++i) scene.Send(0, 1250);
  scene.world.RunFor(TimeDelta::Seconds(1));
  REQUIRE(scene.arrived.size() == 5);
  CHECK(scene.arrived.back().first == 4);
  CHECK(scene.pipe.stats().dropped == 3);
  CHECK(scene.pipe.stats().taken == 8);
  CHECK(scene.pipe.stats().passed == 5);
}

TEST_CASE("A queue limited in time holds that time's worth of its rate") {
  TailDrop queue(TimeDelta::Millis(100), k1Mbps);
  for (int i = 0; i < 20; ++i) queue.Push({Bytes(1250), 0, At(0)}, At(0));
  CHECK(queue.size() == DataSize::Bytes(12'500));
  CHECK(queue.dropped() == 10);
}

TEST_CASE("Overhead costs time but is not delivered") {
  Scene scene(std::make_unique<RateLimit>(RateSchedule(k1Mbps),
                                          std::make_unique<TailDrop>(DataSize::Bytes(5000)),
                                          DataSize::Bytes(25)));
  scene.Send(0, 100);
  scene.world.RunFor(TimeDelta::Seconds(1));
  CHECK(scene.Times() == std::vector{At(1)});
}

TEST_CASE("Random loss loses its share, the same packets for the same seed") {
  const std::uint64_t seed = test::Seed(3);
  INFO(test::SeedNote(seed));
  const auto run = [&] {
    Scene scene(std::make_unique<RandomLoss>(0.1, Rng(seed)));
    for (int i = 0; i < 10'000; ++i) scene.Send(i, 10);
    scene.world.RunFor(TimeDelta::Seconds(20));
    CHECK(scene.pipe.stats().dropped + scene.pipe.stats().passed == 10'000);
    return scene.arrived;
  };
  const auto arrived = run();
  CHECK(arrived.size() > 8800);
  CHECK(arrived.size() < 9200);
  CHECK(run() == arrived);
}

TEST_CASE("No loss and full loss are exact") {
  for (const double share : {0.0, 1.0}) {
    Scene scene(std::make_unique<RandomLoss>(share, Rng(1)));
    for (int i = 0; i < 1000; ++i) scene.Send(i, 10);
    scene.world.RunFor(TimeDelta::Seconds(2));
    CHECK(scene.arrived.size() == (share == 0.0 ? 1000U : 0U));
  }
}

TEST_CASE("A path is its links in a row") {
  auto path = std::make_unique<Path>();
  path->Then(std::make_unique<RandomLoss>(0.5, Rng(9)))
      .Then(Bottleneck(RateSchedule(k1Mbps), DataSize::Bytes(2500)))
      .Then(std::make_unique<Delay>(TimeDelta::Millis(25)));
  Scene scene(std::move(path));
  for (int i = 0; i < 100; ++i) scene.Send(0, 1250);
  scene.Send(1000, 1250);

  scene.world.RunFor(TimeDelta::Seconds(5));

  // One in sending and two waiting came through the burst.
  const auto times = scene.Times();
  REQUIRE(times.size() >= 3);
  CHECK(times[0] == At(35));
  CHECK(times[1] == At(45));
  CHECK(times[2] == At(55));
  const LinkStats stats = scene.pipe.stats();
  CHECK(stats.taken == 101);
  CHECK(stats.taken == stats.passed + stats.dropped);
}

TEST_CASE("A path without links passes everything at once") {
  Scene scene(std::make_unique<Path>());
  scene.Send(5, 10);
  scene.Send(5, 10);
  scene.world.RunFor(TimeDelta::Seconds(1));
  CHECK(scene.Times() == std::vector{At(5), At(5)});
}

}  // namespace
}  // namespace onair::twin
