// SPDX-License-Identifier: Apache-2.0
//
// Devices that move between two addresses of this host while they publish by WHIP.
#include "tests/samples/edge/rtc_world.h"

namespace onair::edge {
namespace {

using namespace test;

// Linux takes all of 127.0.0.0/8 for its own; elsewhere there may be one address only.
const IpAddress kOther = IpAddress::V4(127, 0, 0, 2);

IpAddress BaseOf(const WhipPublisher& publisher) {
  const auto path = publisher.machine->client->peer().ice().selected_path();
  return path ? path->base.ip : IpAddress::V4(0, 0, 0, 0);
}

TEST_CASE("A publisher goes on from the address that the app names, and leaves the others") {
  World world;
  WhipPublisher publisher(world, "moving");
  REQUIRE(publisher.AwaitReady());
  publisher.Send(3);
  world.On([&] {
    CHECK(BaseOf(publisher) != kOther);
    publisher.driver->Do(
        [](RtcMachine& m, Timestamp now) { m.client->HandleNetworkChanged(kOther, now); });
  });
  REQUIRE(publisher.SendUntil([&] { return BaseOf(publisher) == kOther; }));
  world.On([&] {
    REQUIRE(publisher.driver->sockets().addresses().size() == 1);
    CHECK(publisher.driver->sockets().addresses()[0].ip == kOther);
    CHECK_FALSE(publisher.error);
  });

  // What is sent from there arrives.
  WhepViewer viewer(world, "moving");
  CHECK(publisher.SendUntil([&] { return viewer.seen.pictures.size() >= 5; }));
}

}  // namespace
}  // namespace onair::edge
