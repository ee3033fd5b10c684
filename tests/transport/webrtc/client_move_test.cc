// SPDX-License-Identifier: Apache-2.0
//
// An app that names the network to use, while the one before still works.
#include <catch2/catch.hpp>

#include "tests/support/print_units.h"
#include "tests/transport/webrtc/web_world.h"

namespace onair::webrtc {
namespace {

using namespace testing;
using ice::testing::At;

const SocketAddress kWifi = At("10.0.0.1:5000");
const SocketAddress kCellular = At("198.51.100.77:5001");
constexpr TimeDelta kFrame = TimeDelta::Millis(20);  // Between two sounds.

// Publishes for a second already.
struct Live {
  explicit Live(LocalDescription serving = Ingesting())
      : web(SignallingRole::kPublish, std::move(serving)),
        media_(web, DataRate::KilobitsPerSec(800)) {
    web.Publish();
    web.world.RunFor(TimeDelta::Millis(500));
    REQUIRE(web.ready_at);
    media_.Start();
    web.world.RunFor(TimeDelta::Seconds(1));
    began = web.world.now();
  }
  SocketAddress base() const { return web.client->peer().ice().selected_path()->base; }

  WebWorld web;
  Timestamp began = Timestamp::Zero();

 private:
  ClientMedia media_;
};

TEST_CASE("Media moves to the network that the app names, without a gap, and the other is left") {
  Live live(GENERATE(false, true) ? Full(Ingesting()) : Ingesting());
  live.web.NameNetwork(kCellular);
  live.web.world.RunFor(TimeDelta::Seconds(2));

  CHECK(live.base() == kCellular);
  CHECK(live.web.open_sockets() == std::vector{kCellular});
  CHECK(LongestGap(live.web.server.got, live.began, live.web.world.now()) <= kFrame * 2);
  CHECK_FALSE(live.web.closed);
}

TEST_CASE("Signalling begins at the network that the app names") {
  Live live;
  live.web.NameNetwork(kCellular);
  live.web.world.RunFor(TimeDelta::Seconds(1));
  live.web.streams_from.clear();
  live.web.Do([](Client& c, Timestamp now) { c.Close(now); });
  live.web.world.RunFor(TimeDelta::Seconds(1));
  REQUIRE(live.web.streams_from.size() == 1);
  CHECK(live.web.streams_from[0] == kCellular.ip);
  CHECK(live.web.whip.sessions() == 0);
}

TEST_CASE("A named network without a way to the server keeps the old one, and asks for a restart") {
  Live live;
  live.web.network.Block(kCellular);
  live.web.NameNetwork(kCellular);
  live.web.world.RunFor(TimeDelta::Seconds(3));

  CHECK(live.base() == kWifi);
  CHECK(live.web.client->stats().restarts_asked == 1);
  CHECK(LongestGap(live.web.server.got, live.began, live.web.world.now()) <= kFrame * 2);
  CHECK_FALSE(live.web.closed);
}

TEST_CASE("Media moves to the named network also when it begins to work late") {
  Live live;
  live.web.network.Block(kCellular);
  live.web.NameNetwork(kCellular);
  live.web.world.RunFor(TimeDelta::Seconds(1));
  REQUIRE(live.base() == kWifi);

  live.web.network.Unblock(kCellular);
  live.web.world.RunFor(TimeDelta::Seconds(5));

  CHECK(live.base() == kCellular);
  CHECK(live.web.open_sockets() == std::vector{kCellular});
  CHECK_FALSE(live.web.closed);
}

TEST_CASE("A backup path that worked until lately and is dead takes no media from one that works") {
  Live live(Full(Ingesting()));
  live.web.MoveTo({kWifi, kCellular});
  live.web.world.RunFor(TimeDelta::Seconds(2));
  REQUIRE(live.base() == kWifi);
  live.web.network.Block(kCellular);
  live.web.world.RunFor(TimeDelta::Millis(100));
  live.web.NameNetwork(kCellular);
  live.web.world.RunFor(TimeDelta::Seconds(3));

  CHECK(live.base() == kWifi);
  CHECK(live.web.open_sockets() == std::vector{kWifi, kCellular});
  CHECK(LongestGap(live.web.server.got, live.began, live.web.world.now()) <= kFrame * 2);
  CHECK_FALSE(live.web.closed);
}

TEST_CASE("A backup path that answers after the change takes media within two round trips") {
  Live live(Full(Ingesting()));
  live.web.MoveTo({kWifi, kCellular});
  live.web.world.RunFor(TimeDelta::Seconds(2));
  REQUIRE(live.base() == kWifi);
  live.web.NameNetwork(kCellular);
  live.web.world.RunFor(kRtt * 2);

  CHECK(live.base() == kCellular);
  CHECK(live.web.open_sockets() == std::vector{kCellular});
}

TEST_CASE("An address that this device does not have moves nothing") {
  Live live;
  live.web.Do(
      [](Client& c, Timestamp now) { c.HandleNetworkChanged(IpAddress::V4(203, 0, 113, 9), now); });
  live.web.world.RunFor(TimeDelta::Seconds(2));
  CHECK(live.base() == kWifi);
  CHECK_FALSE(live.web.closed);
  REQUIRE(live.web.network_refused);
  CHECK(live.web.network_refused->code == ErrorCode::kLocalAddress);
}

TEST_CASE("An attempt from an address that this device does not have fails at once") {
  WebWorld web(SignallingRole::kPublish, Ingesting());
  web.Do([](Client& c, Timestamp now) {
    REQUIRE(c.SetTracks(Sent(), now));
    c.HandleNetworkChanged(IpAddress::V4(203, 0, 113, 9), now);
    c.Start(now);
  });
  REQUIRE(web.closed);
  CHECK(web.closed->error.code == ErrorCode::kLocalAddress);
  CHECK(web.requests.empty());
}

}  // namespace
}  // namespace onair::webrtc
