// SPDX-License-Identifier: Apache-2.0
//
// Viewers that are sent elsewhere.
#include <catch2/catch.hpp>

#include "tests/core/session/play_rig.h"
#include "tests/support/print_units.h"

namespace onair::session {
namespace {

using enum FrameKind;

TEST_CASE("Play follows redirects up to its limit") {
  PlaySessionConfig config;
  config.max_redirects = 3;
  PlayRig rig(config);
  rig.Start();
  for (int i = 0; i < 3; ++i) {
    rig.Connected();
    rig.Bytes(wire::PutText('M', "test://node" + std::to_string(i) + ".example/x"));
  }
  const auto opened = rig.All<Play::OpenStream>();
  REQUIRE(opened.size() == 4);
  CHECK(opened[3].endpoint.host == "node2.example");
  rig.Connected();

  SECTION("and plays") {
    rig.Reply('A');
    rig.Tracks(true, true);
    rig.Frame(kKey, 0);
    CHECK(rig.state() == PlayState::kPlaying);
    CHECK(rig.session.stats().redirects == 3);
  }
  SECTION("not further") {
    rig.Bytes(wire::PutText('M', "test://node3.example/x"));
    REQUIRE(rig.state() == PlayState::kEnded);
    CHECK(rig.States().back().error->code == ErrorCode::kHttpRedirectLoop);
  }
}

TEST_CASE("Play that is sent elsewhere in the midst of media opens there at once and plays on") {
  PlayRig rig;
  rig.Open();
  rig.Live(0, 50);
  rig.Bytes(wire::PutText('M', "test://next.example/x"));

  REQUIRE(rig.All<Play::OpenStream>().size() == 2);
  CHECK(rig.All<Play::OpenStream>()[1].endpoint.host == "next.example");
  rig.Connected();
  rig.Reply('A');
  rig.Tracks(true, true);
  rig.Live(2000, 25);

  CHECK(rig.state() == PlayState::kPlaying);
  CHECK(rig.session.stats().reconnects == 1);
  CHECK(rig.States().size() == 2);  // Connecting, playing.
}

TEST_CASE(
    "Play that is asked to come back opens its first address; requests far apart never end it") {
  PlayRig rig;
  rig.Start();
  for (int i = 0; i < 12; ++i) {
    rig.Connected();
    rig.Reply('A');
    rig.Tracks(true, true);
    rig.Live(i * 6000, 150);
    rig.Bytes(wire::PutText('M', ""));
  }

  const auto opened = rig.All<Play::OpenStream>();
  REQUIRE(opened.size() == 13);
  CHECK(opened.back().endpoint.host == "live.example");
  CHECK(rig.state() == PlayState::kPlaying);
}

TEST_CASE("Play that was sent elsewhere tries there first when the stream is not there yet") {
  PlayRig rig;
  rig.Open();
  rig.Live(0, 50);
  rig.Bytes(wire::PutText('M', "test://next.example/x"));
  for (int i = 0; i < 5; ++i) {
    rig.Connected();
    rig.Reply('N');
    rig.Wait(TimeDelta::Seconds(10));
  }

  const auto opened = rig.All<Play::OpenStream>();
  REQUIRE(opened.size() == 7);
  for (std::size_t i = 1; i <= 4; ++i) CHECK(opened[i].endpoint.host == "next.example");
  CHECK(opened[5].endpoint.host == "live.example");
  CHECK(opened[6].endpoint.host == "live.example");
}

TEST_CASE("Play does not follow a redirect to a protocol it does not know") {
  PlayRig rig;
  rig.Start();
  rig.Connected();
  rig.Bytes(wire::PutText('M', "gopher://node.example/x"));
  REQUIRE(rig.state() == PlayState::kEnded);
  CHECK(rig.States().back().error->code == ErrorCode::kInvalidUrl);
}

}  // namespace
}  // namespace onair::session
