// SPDX-License-Identifier: Apache-2.0
#include "core/twin/cross_traffic.h"

#include <catch2/catch.hpp>

#include "tests/core/twin/link_scene.h"
#include "tests/core/twin/tcp_scene.h"
#include "tests/support/print_units.h"

namespace onair::twin {
namespace {

struct Scene {
  explicit Scene(std::int64_t kbps)
      : network(world,
                Way(RateSchedule(DataRate::KilobitsPerSec(kbps)), DataSize::Kibibytes(64),
                    TimeDelta::Millis(25)),
                FreeWay(TimeDelta::Millis(25))) {}
  World world;
  SharedNetwork network;
};

TEST_CASE("Constant traffic keeps its rate through changes and silences and then ends") {
  Scene scene(10'000);
  ConstantTraffic::Config config;
  config.rate = RateSchedule(DataRate::KilobitsPerSec(960));  // A packet every 10 ms.
  config.rate.Change(At(1000), DataRate::Zero());
  config.rate.Change(At(2000), DataRate::KilobitsPerSec(1920));
  config.end = At(3000);
  ConstantTraffic traffic(scene.network, config);
  const auto sent = [&] { return scene.network.up().flow_stats(traffic.flow()).sent; };
  scene.world.RunUntil(At(1000));
  CHECK(sent() == 100);
  scene.world.RunUntil(At(2000));
  CHECK(sent() == 100);
  scene.world.RunUntil(At(9000));
  CHECK(sent() == 299);
}

TEST_CASE("A long TCP flow takes the whole link between its start and its end") {
  Scene scene(2000);
  LongTcp::Config config;
  config.start = At(1000);
  config.end = At(21'000);
  LongTcp flow(scene.network, config);
  const auto arrived = [&] {
    return scene.network.up().flow_stats(flow.flow()).bytes_arrived.bytes();
  };
  scene.world.RunUntil(At(1000));
  CHECK(arrived() == 0);
  scene.world.RunUntil(At(21'000));
  const double used = static_cast<double>(arrived()) * 8 / 20 / 2e6;
  CHECK(used > 0.95);
  CHECK(used <= 1.0);
  scene.world.RunUntil(At(22'000));
  const std::int64_t before = arrived();
  scene.world.RunUntil(At(40'000));
  CHECK(arrived() - before < 3000);
}

TEST_CASE("Web traffic fetches 30 to 50 KB and idles 10 s on average") {
  Scene scene(20'000);
  WebTraffic::Config config;
  config.flows = 30;
  WebTraffic traffic(scene.network, config);
  scene.world.RunFor(TimeDelta::Millis(10));
  CHECK(traffic.stats().begun == 2);
  scene.world.RunFor(TimeDelta::Seconds(400));
  const auto& stats = traffic.stats();
  // 30 flows, a fetch every 10.2 s: 1176.
  CHECK(stats.begun > 1050);
  CHECK(stats.begun < 1300);
  CHECK(stats.begun - stats.finished <= 30);
  const double mean = static_cast<double>(stats.bytes.bytes()) / double(stats.finished);
  CHECK(mean > 39'000);
  CHECK(mean < 41'000);
  // Three to four round trips of 50 ms and what the link needs.
  CHECK(stats.total / stats.finished > TimeDelta::Millis(130));
  CHECK(stats.total / stats.finished < TimeDelta::Millis(260));
}

TEST_CASE("Fetches through a narrow link with a short queue all come through") {
  World world;
  SharedNetwork network(world,
                        Way(RateSchedule(DataRate::KilobitsPerSec(500)), DataSize::Bytes(9000),
                            TimeDelta::Millis(25)),
                        FreeWay(TimeDelta::Millis(25)));
  WebTraffic::Config config;
  config.end = At(60'000);
  WebTraffic traffic(network, config);
  world.RunFor(TimeDelta::Seconds(200));
  CHECK(traffic.stats().begun > 20);
  CHECK(traffic.stats().finished == traffic.stats().begun);
  CHECK(network.up().stats().dropped > 0);
}

TEST_CASE("Networks over the same pipes, one the other way round, share what they carry") {
  World world;
  const RateSchedule rate(DataRate::KilobitsPerSec(2000));
  const auto make = [&] {
    return std::make_shared<SharedPipe>(world,
                                        Way(rate, DataSize::Bytes(50'000), TimeDelta::Millis(25)));
  };
  const auto up = make();
  const auto down = make();
  SharedNetwork near(up, down, 1, world);
  SharedNetwork far(down, up, 1'000'000, world);
  LongTcp from_near(near, {});
  LongTcp from_far(far, {});
  world.RunFor(TimeDelta::Seconds(20));

  CHECK(from_far.flow() == 1'000'000);
  // Each is slowed by no more than the confirmations of the other.
  for (const auto* pipe : {up.get(), down.get()}) {
    const FlowId flow = pipe == up.get() ? from_near.flow() : from_far.flow();
    const FlowId other = pipe == up.get() ? from_far.flow() : from_near.flow();
    CHECK(pipe->flow_stats(flow).bytes_arrived.bytes() > 20 * 2'000'000 / 8 * 8 / 10);
    CHECK(pipe->flow_stats(other).arrived > 0);
    CHECK(pipe->flow_stats(other).bytes_arrived.bytes() < 20 * 2'000'000 / 8 / 10);
  }
}

}  // namespace
}  // namespace onair::twin
