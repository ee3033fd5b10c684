// SPDX-License-Identifier: Apache-2.0
//
// Each sender on known links against what theory says.
#include <catch2/catch.hpp>
#include <cmath>

#include "core/twin/random_loss.h"
#include "tests/core/twin/link_scene.h"
#include "tests/core/twin/tcp_scene.h"
#include "tests/support/print_units.h"

namespace onair::twin {
namespace {

constexpr TimeDelta kOneWay = TimeDelta::Millis(25);
const DataRate k4Mbps = DataRate::KilobitsPerSec(4000);
const DataSize kProduct = k4Mbps * TimeDelta::Millis(50);  // Of rate and round trip.

// Share of the link that payload gets between two moments.
struct Run {
  double utilisation = 0;
  TcpInfo info;
  LinkStats link;
};
Run RunBulk(TcpAlgorithm algorithm, DataSize queue, TimeDelta warm_up, TimeDelta span,
            double loss = 0) {
  World world;
  auto up = Way(RateSchedule(k4Mbps), queue, kOneWay);
  if (loss > 0) up->Then(std::make_unique<RandomLoss>(loss, Rng(7)));
  SharedNetwork network(world, std::move(up), FreeWay(kOneWay));
  TcpFlow flow(network, SetupOf(algorithm));
  flow.connection.ConnectAndAccept();
  flow.connection.client().Write(Bytes(40 << 20));
  world.RunFor(warm_up);
  const std::int64_t before = flow.reader.bytes;
  world.RunFor(span);
  const DataSize got = DataSize::Bytes(flow.reader.bytes - before);
  return {static_cast<double>((got / span).bps()) / static_cast<double>(k4Mbps.bps()),
          *flow.connection.client().tcp_info(), network.up().stats()};
}

// A full segment is 1448 of 1500 bytes.
constexpr double kPayload = 1448.0 / 1500;

TEST_CASE("A connection takes a round trip to stand and ten segments go at once") {
  World world;
  SharedNetwork network(world, FreeWay(kOneWay), FreeWay(kOneWay));
  TcpFlow flow(network, {});
  Timestamp connected = Timestamp::Zero();
  flow.connection.Connect({.on_arrived = [&] { flow.connection.server().Accept(); },
                           .on_connected = [&] { connected = world.now(); }});
  flow.connection.client().Write(Bytes(100'000));
  world.RunFor(TimeDelta::Millis(75));
  CHECK(connected == At(50));
  CHECK(flow.reader.bytes == 10 * 1448);
  CHECK(flow.connection.client().unsent() == DataSize::Bytes(100'000 - 10 * 1448));
  // One more round trip: every ack lets two segments out.
  world.RunFor(TimeDelta::Millis(50));
  CHECK(flow.reader.bytes == 30 * 1448);
}

TEST_CASE("With a queue of the bandwidth-delay product Reno fills the link") {
  const Run run =
      RunBulk(TcpAlgorithm::kReno, kProduct, TimeDelta::Seconds(10), TimeDelta::Seconds(20));
  CHECK(run.utilisation > 0.98 * kPayload);
  CHECK(run.utilisation <= kPayload + 0.001);
  CHECK(run.info.timeouts == 0);
}

TEST_CASE("Without a queue to speak of Reno gets the three quarters of its sawtooth") {
  const Run run = RunBulk(TcpAlgorithm::kReno, DataSize::Bytes(3 * 1500), TimeDelta::Seconds(10),
                          TimeDelta::Seconds(20));
  CHECK(run.utilisation > 0.70 * kPayload);
  CHECK(run.utilisation < 0.88 * kPayload);
}

TEST_CASE("CUBIC backs off less and fills the link with half the queue") {
  const Run run = RunBulk(TcpAlgorithm::kCubic, DataSize::Bytes(kProduct.bytes() / 2),
                          TimeDelta::Seconds(10), TimeDelta::Seconds(20));
  CHECK(run.utilisation > 0.96 * kPayload);
  CHECK(run.info.timeouts == 0);
  CHECK(run.link.dropped > 0);
}

TEST_CASE("BBR fills the link with little loss and a short queue") {
  const Run run = RunBulk(TcpAlgorithm::kBbr, DataSize::Bytes(4 * kProduct.bytes()),
                          TimeDelta::Seconds(10), TimeDelta::Seconds(20));
  CHECK(run.utilisation > 0.93 * kPayload);
  // CUBIC would keep all four products queued: 250 ms.
  CHECK(run.info.rtt < TimeDelta::Millis(110));
  CHECK(run.info.rtt_min >= TimeDelta::Millis(50));
  CHECK(run.info.rtt_min < TimeDelta::Millis(56));
}

TEST_CASE("Under random loss Reno follows the square root law") {
  // Mathis et al. 1997: MSS / RTT * sqrt(3 / (2 b p)), b = 2 with delayed acks; ABC makes it 1.
  const double p = 0.01;
  const Run run = RunBulk(TcpAlgorithm::kReno, DataSize::Bytes(4 * kProduct.bytes()),
                          TimeDelta::Seconds(10), TimeDelta::Seconds(100), p);
  const double law = 1448 * 8 / 0.050 * std::sqrt(1.5 / p) / 4e6;
  CHECK(run.utilisation > law * 0.65);
  CHECK(run.utilisation < law);
}

TEST_CASE("Under random loss BBR keeps the link and CUBIC does not") {
  const DataSize queue = DataSize::Bytes(2 * kProduct.bytes());
  const Run bbr =
      RunBulk(TcpAlgorithm::kBbr, queue, TimeDelta::Seconds(10), TimeDelta::Seconds(20), 0.01);
  const Run cubic =
      RunBulk(TcpAlgorithm::kCubic, queue, TimeDelta::Seconds(10), TimeDelta::Seconds(20), 0.01);
  CHECK(bbr.utilisation > 0.88 * kPayload);
  CHECK(cubic.utilisation < 0.80);
  CHECK(cubic.utilisation > 0.40);
}

TEST_CASE("Two equal flows share a link fairly") {
  for (const TcpAlgorithm algorithm :
       {TcpAlgorithm::kReno, TcpAlgorithm::kCubic, TcpAlgorithm::kBbr}) {
    INFO("algorithm " << static_cast<int>(algorithm));
    World world;
    SharedNetwork network(world, Way(RateSchedule(k4Mbps), kProduct, kOneWay), FreeWay(kOneWay));
    TcpFlow first(network, SetupOf(algorithm));
    TcpFlow second(network, SetupOf(algorithm));
    for (TcpFlow* flow : {&first, &second}) {
      flow->connection.ConnectAndAccept();
      flow->connection.client().Write(Bytes(40 << 20));
      world.RunFor(TimeDelta::Seconds(5));
    }
    world.RunFor(TimeDelta::Seconds(15));
    const std::int64_t before[] = {first.reader.bytes, second.reader.bytes};
    world.RunFor(TimeDelta::Seconds(30));
    const auto x = static_cast<double>(first.reader.bytes - before[0]);
    const auto y = static_cast<double>(second.reader.bytes - before[1]);
    CHECK((x + y) * 8 / 30 / 4e6 > 0.93 * kPayload);
    CHECK((x + y) * (x + y) / (2 * (x * x + y * y)) > 0.90);  // Jain.
  }
}

TEST_CASE("HyStart leaves slow start before it loses half a window") {
  const auto losses = [](TcpConfig::SlowStart slow_start) {
    World world;
    SharedNetwork network(world,
                          Way(RateSchedule(k4Mbps), DataSize::Bytes(2 * kProduct.bytes()), kOneWay),
                          FreeWay(kOneWay));
    TcpSetup setup;
    setup.client.slow_start = slow_start;
    TcpFlow flow(network, setup);
    flow.connection.ConnectAndAccept();
    flow.connection.client().Write(Bytes(10 << 20));
    world.RunFor(TimeDelta::Seconds(3));
    return network.up().stats().dropped;
  };
  const auto plain = losses(TcpConfig::SlowStart::kPlain);
  const auto careful = losses(TcpConfig::SlowStart::kHyStart);
  CHECK(plain > 20);
  CHECK(careful < plain / 2);
}

}  // namespace
}  // namespace onair::twin
