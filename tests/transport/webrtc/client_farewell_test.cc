// SPDX-License-Identifier: Apache-2.0
//
// Sessions that are left, at whatever point of their life: the server never has to find out by
// silence. And what an attempt that takes too long says of itself.
#include <catch2/catch.hpp>

#include "tests/support/print_units.h"
#include "tests/transport/webrtc/web_world.h"

namespace onair::webrtc {
namespace {

using namespace testing;
using ice::testing::At;

void Close(WebWorld& web) {
  web.Do([](Client& c, Timestamp now) { c.Close(now); });
}

TEST_CASE("A session that is left while its offer is on its way is ended when the answer comes") {
  WebWorld web(SignallingRole::kPublish, Ingesting());
  web.Publish();
  web.world.RunFor(kRtt + TimeDelta::Millis(10));  // TCP is connected, the POST is under way.
  REQUIRE(web.Count("POST") == 0);
  Close(web);
  const Timestamp left = web.world.now();
  web.world.RunFor(TimeDelta::Seconds(1));

  CHECK(web.Count("POST") == 1);
  CHECK(web.Count("DELETE") == 1);
  CHECK(web.whip.sessions() == 0);
  CHECK(web.is_farewell_said);
  // What is left of the POST, TCP and the DELETE: within what a session waits for at 100 ms too.
  CHECK(*web.closed_at - left <= kRtt * 3);
}

TEST_CASE("A session that is left before its answer is used is ended with DELETE") {
  WebWorld web(SignallingRole::kPlay, Serving());
  web.network.Block(web.server.socket());
  web.Start();
  web.world.RunFor(TimeDelta::Seconds(1));
  REQUIRE(web.whip.sessions() == 1);
  Close(web);
  web.world.RunFor(TimeDelta::Seconds(1));
  CHECK(web.whip.sessions() == 0);
  CHECK(web.is_farewell_said);
}

TEST_CASE("A server whose DTLS says goodbye is told by DELETE too, and the end is told first") {
  WebWorld web(SignallingRole::kPlay, Serving());
  web.Start();
  web.world.RunFor(TimeDelta::Seconds(1));
  REQUIRE(web.ready_at);
  web.server.Do([](PeerSession& s, Timestamp now) { s.Close(now); });
  const Timestamp left = web.world.now();
  web.world.RunFor(TimeDelta::Seconds(1));

  REQUIRE(web.closed);
  CHECK(web.closed->error.code == ErrorCode::kPeerClosed);
  CHECK(*web.closed_at - left <= kRtt);
  CHECK(web.Count("DELETE") == 1);
  CHECK(web.whip.sessions() == 0);
  CHECK(web.is_farewell_said);
}

TEST_CASE("A session that never was needs no goodbye") {
  WebWorld web(SignallingRole::kPlay, Serving());
  web.refuse_with = Error{ErrorCode::kStreamNotFound, "room"};
  web.Start();
  web.world.RunFor(TimeDelta::Seconds(1));
  REQUIRE(web.closed);
  CHECK(web.is_farewell_said);
  CHECK(web.requests.size() == 1);
}

TEST_CASE("Where HTTP works and UDP does not the error says which paths were tried") {
  WebWorld web(SignallingRole::kPublish, Full(Ingesting()));
  CHECK(web.client->Obstacle().code == ErrorCode::kTimeout);
  web.network.Block(web.server.socket());
  web.Publish();
  web.world.RunFor(TimeDelta::Seconds(3));

  const Error obstacle = web.client->Obstacle();
  CHECK(obstacle.code == ErrorCode::kIceNoPath);
  CHECK_THAT(obstacle.detail, Catch::Contains("checks on 1 direct and 0 relayed paths"));
  CHECK_THAT(obstacle.detail, Catch::Contains("no TURN server"));
  CHECK(obstacle.detail.find("192.0.2.1") == std::string::npos);
}

TEST_CASE("A server that takes no sound is told with the first media") {
  WebWorld web(SignallingRole::kPublish, Ingesting());
  web.server.description.audio = Direction::kInactive;
  web.Publish();
  web.world.RunFor(TimeDelta::Seconds(1));
  REQUIRE(web.ready_at);
  CHECK(web.is_audio_refused);
}

}  // namespace
}  // namespace onair::webrtc
