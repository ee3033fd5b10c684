// SPDX-License-Identifier: Apache-2.0
//
// Paths that are lost, fall silent or are bettered: when an agent changes them, and when it gives
// up.
#include <catch2/catch.hpp>

#include "tests/support/print_units.h"
#include "tests/transport/ice/agent_places.h"

namespace onair::ice {
namespace {

using namespace testing;

TEST_CASE("When consent is lost sending stops within thirty seconds and for good") {
  Pairing pairing;
  pairing.MakePeers();
  pairing.a->AddSocket(kOpenA);
  pairing.b->AddSocket(kOpenB);
  pairing.Start();
  pairing.world.RunFor(TimeDelta::Seconds(10));
  REQUIRE(pairing.AreConnected());
  const Timestamp silent_from = pairing.world.now();
  pairing.network.Block(kOpenB);
  pairing.world.RunFor(TimeDelta::Seconds(29));
  CHECK(pairing.a->agent.Send(Bytes{1}, pairing.world.now()));
  pairing.world.RunFor(TimeDelta::Seconds(2));

  REQUIRE(pairing.a->failed.size() == 1);
  CHECK(pairing.a->failed[0].code == ErrorCode::kIceConsentLost);
  const Timestamp ended = pairing.a->states.back().first;
  CHECK(ended <= silent_from + TimeDelta::Seconds(30) + TimeDelta::Millis(100));
  CHECK_FALSE(pairing.a->agent.Send(Bytes{1}, pairing.world.now()));

  pairing.network.Unblock(kOpenB);
  const std::int64_t sent = pairing.a->agent.stats().checks_sent;
  pairing.world.RunFor(TimeDelta::Seconds(60));
  CHECK(pairing.a->agent.stats().checks_sent == sent);
  CHECK(pairing.a->agent.state() == Agent::State::kFailed);

  pairing.Restart(1);
  pairing.world.RunFor(TimeDelta::Seconds(3));
  CHECK(pairing.AreConnected());
  CHECK(pairing.Talks());
}

TEST_CASE("Where consent was lost nothing is asked again before a restart") {
  Pairing pairing;
  pairing.MakePeers();
  pairing.a->AddSocket(kOpenA);
  pairing.a->AddSocket(kHomeA, nullptr, 10);
  pairing.b->AddSocket(kOpenB);
  pairing.Start();
  pairing.TalkFor(TimeDelta::Seconds(2));
  REQUIRE(pairing.a->selected()->path.local == kOpenA);
  pairing.network.Block(kOpenA);
  pairing.TalkFor(TimeDelta::Seconds(40));
  REQUIRE(pairing.AreConnected());
  REQUIRE(pairing.a->selected()->path.local == kHomeA);
  pairing.network.Unblock(kOpenA);
  pairing.network.Block(kHomeA);
  pairing.TalkFor(TimeDelta::Seconds(10));
  CHECK_FALSE(pairing.AreConnected());
  for (const PathReport& report : pairing.a->agent.paths()) {
    if (report.path.path.local == kOpenA) CHECK(report.state == PairState::kFailed);
  }

  pairing.Restart(1);
  pairing.TalkFor(TimeDelta::Seconds(3));
  REQUIRE(pairing.AreConnected());
  CHECK(pairing.a->selected()->path.local == kOpenA);
  CHECK(pairing.Talks());
}

TEST_CASE("Consent is asked every five seconds, at random times, while data flows") {
  Pairing pairing;
  pairing.MakePeers();
  pairing.a->AddSocket(kOpenA);
  pairing.b->AddSocket(kOpenB);
  pairing.Start();
  pairing.TalkFor(TimeDelta::Seconds(3));
  const std::int64_t before = pairing.a->agent.stats().checks_sent;
  pairing.TalkFor(TimeDelta::Seconds(100));
  const std::int64_t asked = pairing.a->agent.stats().checks_sent - before;

  CHECK(asked >= 17);
  CHECK(asked <= 25);
  CHECK(pairing.a->switches.size() == 1);
}

TEST_CASE("A path that falls silent is left for one that answers within two seconds") {
  Pairing pairing;
  pairing.MakePeers();
  const SocketAddress cellular = At("198.51.100.77:5001");
  pairing.a->AddSocket(kOpenA);
  pairing.a->AddSocket(cellular, nullptr, 900);
  pairing.b->AddSocket(kOpenB);
  pairing.Start();
  pairing.TalkFor(TimeDelta::Seconds(5));
  REQUIRE(pairing.a->selected()->path.local == kOpenA);

  const Timestamp broken = pairing.world.now();
  pairing.network.Block(kOpenA);
  pairing.TalkFor(TimeDelta::Seconds(4));

  REQUIRE(pairing.a->Count(SwitchReason::kQuiet) == 1);
  CHECK(pairing.a->selected()->path.local == cellular);
  CHECK(pairing.a->switches.back().first <= broken + TimeDelta::Millis(2000));
  CHECK(pairing.b->selected()->path.remote == cellular);
  CHECK(pairing.Talks());
  CHECK(pairing.a->failed.empty());
}

TEST_CASE("A way that failed before is tried anew when the path in use falls silent") {
  Pairing pairing;
  pairing.MakePeers();
  pairing.a->AddSocket(kOpenA);
  pairing.a->AddSocket(kHomeA, nullptr, 10);
  pairing.network.Block(kHomeA);
  pairing.b->AddSocket(kOpenB);
  pairing.Start();
  pairing.TalkFor(TimeDelta::Seconds(45));
  pairing.network.Unblock(kHomeA);
  pairing.network.Block(kOpenA);
  pairing.TalkFor(TimeDelta::Seconds(5));

  REQUIRE(pairing.AreConnected());
  CHECK(pairing.a->selected()->path.local == kHomeA);
  CHECK(pairing.Talks());
}

TEST_CASE("A hint of the media makes the change within a few round trips") {
  Pairing pairing;
  pairing.MakePeers();
  const SocketAddress cellular = At("198.51.100.77:5001");
  pairing.a->AddSocket(kOpenA);
  pairing.a->AddSocket(cellular, nullptr, 900);
  pairing.b->AddSocket(kOpenB);
  pairing.Start();
  pairing.TalkFor(TimeDelta::Seconds(5));
  pairing.network.Block(kOpenA);
  pairing.TalkFor(TimeDelta::Millis(200));
  const Timestamp hinted = pairing.world.now();
  pairing.a->Do([](Agent& agent, Timestamp now) { agent.HandlePathSuspect(now); });
  pairing.TalkFor(TimeDelta::Seconds(1));

  CHECK(pairing.a->selected()->path.local == cellular);
  CHECK(pairing.a->switches.back().first <= hinted + TimeDelta::Millis(160));
}

TEST_CASE("A wrong hint changes nothing") {
  Pairing pairing;
  pairing.MakePeers();
  pairing.a->AddSocket(kOpenA);
  pairing.a->AddSocket(At("198.51.100.77:5001"), nullptr, 900);
  pairing.b->AddSocket(kOpenB);
  pairing.Start();
  pairing.TalkFor(TimeDelta::Seconds(5));
  pairing.a->Do([](Agent& agent, Timestamp now) { agent.HandlePathSuspect(now); });
  pairing.TalkFor(TimeDelta::Seconds(3));

  CHECK(pairing.a->selected()->path.local == kOpenA);
  CHECK(pairing.a->switches.size() == 1);
}

TEST_CASE("A cheaper network that appears is taken, a dearer one is not") {
  Pairing pairing;
  pairing.MakePeers();
  pairing.a->AddSocket(kOpenA, nullptr, 50);
  pairing.b->AddSocket(kOpenB);
  pairing.Start();
  pairing.TalkFor(TimeDelta::Seconds(3));
  pairing.a->AddSocket(At("198.51.100.77:5001"), nullptr, 900);
  pairing.TalkFor(TimeDelta::Seconds(5));
  CHECK(pairing.a->selected()->path.local == kOpenA);

  const SocketAddress wifi = At("198.51.100.78:5002");
  pairing.a->AddSocket(wifi, nullptr, 0);
  pairing.TalkFor(TimeDelta::Seconds(5));
  CHECK(pairing.a->selected()->path.local == wifi);
  CHECK(pairing.b->selected()->path.remote == wifi);
  CHECK(pairing.a->heard.size() > 600);
}

TEST_CASE("A router that forgets its mapping costs a change of path and no failure") {
  Pairing pairing;
  const Timestamp rebind = Timestamp::Zero() + TimeDelta::Seconds(10);
  Router router(kRouterA, RouterKind::kPortRestricted, twin::Nat({rebind}));
  pairing.MakePeers(WithServers('a', Role::kControlling), MakeConfig('b', Role::kControlled));
  pairing.a->AddSocket(kHomeA, &router);
  pairing.b->AddSocket(kOpenB);
  pairing.Start();
  pairing.TalkFor(TimeDelta::Seconds(9));
  REQUIRE(pairing.AreConnected());
  const auto before = pairing.b->selected()->path.remote;
  pairing.TalkFor(TimeDelta::Seconds(6));

  CHECK(pairing.AreConnected());
  CHECK(pairing.b->selected()->path.remote != before);
  CHECK(pairing.Talks());
}

}  // namespace
}  // namespace onair::ice
