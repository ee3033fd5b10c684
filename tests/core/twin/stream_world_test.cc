// SPDX-License-Identifier: Apache-2.0
#include "core/twin/stream_world.h"

#include <catch2/catch.hpp>
#include <string>

#include "tests/core/twin/test_machines.h"
#include "tests/support/print_units.h"

namespace onair::twin {
namespace {

constexpr TimeDelta kOneWay = TimeDelta::Millis(40);
constexpr Timestamp kStart = Timestamp::Zero();

Bytes Pong(ByteView) {
  return {'p', 'o', 'n', 'g'};
}

TEST_CASE("StreamWorld brings the answer after one round trip") {
  Pinger machine(kStart);
  StreamWorld world(machine, kOneWay, Pong, kStart);

  const auto events = world.Run();

  REQUIRE(events.size() == 1);
  CHECK(events[0].first == kStart + kOneWay * 2);
  CHECK(std::get<Pinger::Heard>(events[0].second).bytes == Pong({}));
}

TEST_CASE("StreamWorld jumps to the machine's deadlines") {
  Pinger machine(kStart, 3);
  StreamWorld world(machine, kOneWay, Pong, kStart);

  const auto events = world.Run();

  REQUIRE(events.size() == 3);
  CHECK(events[2].first == kStart + TimeDelta::Seconds(2) + kOneWay * 2);
}

TEST_CASE("StreamWorld ends at its limit when the machine never does") {
  Pinger machine(kStart, 1'000'000);
  StreamWorld world(machine, kOneWay, Pong, kStart);

  const auto events = world.Run(TimeDelta::Millis(9'500));

  CHECK(events.size() == 10);
}

TEST_CASE("A silent peer lets the sender's backlog grow by all that the buffers do not hold") {
  Pinger machine(kStart, 0);
  StreamLink link = StreamLink::Symmetric(RateSchedule::Unlimited(), kOneWay);
  link.up.receive_buffer = DataSize::Kibibytes(64);
  link.up.send_buffer = DataSize::Kibibytes(16);
  StreamWorld world(machine, link, std::make_unique<SilentPeer>(), kStart);

  world.connection().client().Write(Bytes(100 * 1024));
  world.RunFor(TimeDelta::Seconds(10));

  CHECK(machine.unsent() == DataSize::Kibibytes(100 - 64 - 16));
  CHECK(world.connection().client().out().delivered() == DataSize::Zero());
}

TEST_CASE("The end of the peer's stream follows its last byte") {
  Pinger machine(kStart, 0);
  StreamWorld world(machine, kOneWay, Pong, kStart);

  world.connection().server().Write({1, 2, 3});
  world.connection().server().Finish();
  const auto events = world.Run();

  REQUIRE(events.size() == 2);
  CHECK(std::holds_alternative<Pinger::Heard>(events[0].second));
  CHECK(std::holds_alternative<Pinger::Ended>(events[1].second));
  CHECK(events[1].first == kStart + kOneWay);
}

}  // namespace
}  // namespace onair::twin
