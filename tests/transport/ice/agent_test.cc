// SPDX-License-Identifier: Apache-2.0
#include "transport/ice/agent.h"

#include <catch2/catch.hpp>

#include "tests/support/print_units.h"
#include "tests/transport/ice/agent_places.h"

namespace onair::ice {
namespace {

using namespace testing;

TEST_CASE("Two hosts on the open internet reach each other within a round trip of checks") {
  Pairing pairing;
  pairing.MakePeers();
  pairing.a->AddSocket(kOpenA);
  pairing.b->AddSocket(kOpenB);
  pairing.Start();
  pairing.world.RunFor(TimeDelta::Seconds(2));

  REQUIRE(pairing.AreConnected());
  CHECK(pairing.a->selected()->path == DatagramPath{kOpenA, kOpenB});
  CHECK(pairing.b->selected()->path == DatagramPath{kOpenB, kOpenA});
  // 10 ms of signalling, then one round trip of 50 ms.
  CHECK(pairing.a->switches.at(0).first == Timestamp::Zero() + TimeDelta::Millis(60));
  CHECK(pairing.Talks());
  CHECK(pairing.a->Report()->is_nominated);
  CHECK(pairing.b->Report()->is_nominated);
  CHECK(pairing.a->Report()->rtt == TimeDelta::Millis(50));
}

TEST_CASE("Hosts behind full-cone routers meet by what a STUN server sees") {
  Pairing pairing;
  Router router_a(kRouterA, RouterKind::kFullCone);
  Router router_b(kRouterB, RouterKind::kFullCone);
  AgentConfig a = WithServers('a', Role::kControlling);
  AgentConfig b = WithServers('b', Role::kControlled);
  a.turn_servers.clear();
  b.turn_servers.clear();
  pairing.MakePeers(a, b);
  pairing.a->AddSocket(kHomeA, &router_a);
  pairing.b->AddSocket(kHomeB, &router_b);
  pairing.Start();
  pairing.world.RunFor(TimeDelta::Seconds(3));

  REQUIRE(pairing.AreConnected());
  CHECK(pairing.a->gathered == 1);
  CHECK(pairing.a->candidates.size() == 2);
  CHECK(pairing.a->selected()->path.remote.ip == kRouterB);
  CHECK_FALSE(pairing.a->selected()->is_relayed);
  CHECK(pairing.Talks());
}

TEST_CASE("A port-restricted and a full-cone router let a direct path through") {
  Pairing pairing;
  Router router_a(kRouterA, RouterKind::kPortRestricted);
  Router router_b(kRouterB, RouterKind::kPortRestricted);
  pairing.MakePeers(WithServers('a', Role::kControlling), WithServers('b', Role::kControlled));
  pairing.a->AddSocket(kHomeA, &router_a);
  pairing.b->AddSocket(kHomeB, &router_b);
  pairing.Start();
  pairing.world.RunFor(TimeDelta::Seconds(5));

  REQUIRE(pairing.AreConnected());
  CHECK_FALSE(pairing.a->selected()->is_relayed);
  CHECK(pairing.Talks());
}

TEST_CASE("Two hosts of one home talk without leaving it") {
  Pairing pairing;
  Router router(kRouterA, RouterKind::kSymmetric);
  pairing.MakePeers(WithServers('a', Role::kControlling), WithServers('b', Role::kControlled));
  pairing.a->AddSocket(kHomeA, &router);
  pairing.b->AddSocket(At("10.0.1.3:6000"), &router);
  pairing.Start();
  pairing.world.RunFor(TimeDelta::Seconds(3));

  REQUIRE(pairing.AreConnected());
  CHECK(pairing.a->selected()->path == DatagramPath{kHomeA, At("10.0.1.3:6000")});
  CHECK(pairing.Talks());
}

TEST_CASE("IPv6 is preferred when both families work") {
  Pairing pairing;
  pairing.MakePeers();
  pairing.a->AddSocket(kOpenA);
  pairing.a->AddSocket(At("[2001:db8::1]:5000"));
  pairing.b->AddSocket(kOpenB);
  pairing.b->AddSocket(At("[2001:db8::2]:6000"));
  pairing.Start();
  pairing.world.RunFor(TimeDelta::Seconds(2));

  REQUIRE(pairing.AreConnected());
  CHECK_FALSE(pairing.a->selected()->path.remote.ip.is_v4());
  CHECK(pairing.b->selected()->path.remote == pairing.a->selected()->path.local);
}

TEST_CASE("A path is found over ten percent of loss") {
  int connected = 0;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Pairing pairing(TimeDelta::Millis(25), 0.1, seed);
    pairing.MakePeers();
    pairing.a->AddSocket(kOpenA);
    pairing.b->AddSocket(kOpenB);
    pairing.Start();
    pairing.world.RunFor(TimeDelta::Seconds(2));
    INFO("seed " << seed);
    CHECK(pairing.a->is_connected());
    connected += pairing.AreConnected() ? 1 : 0;
  }
  CHECK(connected == 20);
}

TEST_CASE("Both sides controlling end with one of each") {
  for (std::uint64_t seed = 1; seed <= 6; ++seed) {
    Pairing pairing(TimeDelta::Millis(25), 0, seed);
    const Role role = seed % 2 == 0 ? Role::kControlling : Role::kControlled;
    pairing.MakePeers(MakeConfig('a', role), MakeConfig('b', role));
    pairing.a->AddSocket(kOpenA);
    pairing.b->AddSocket(kOpenB);
    pairing.Start();
    pairing.world.RunFor(TimeDelta::Seconds(3));

    INFO("seed " << seed);
    CHECK(pairing.a->agent.role() != pairing.b->agent.role());
    CHECK(pairing.a->role_changes + pairing.b->role_changes == 1);
    REQUIRE(pairing.AreConnected());
    CHECK(pairing.a->Report()->is_nominated);
    CHECK(pairing.b->Report()->is_nominated);
    CHECK(pairing.Talks());
  }
}

TEST_CASE("Data may flow before the path is nominated") {
  Pairing pairing;
  AgentConfig a = MakeConfig('a', Role::kControlling);
  a.nomination_wait = TimeDelta::Seconds(2);
  pairing.MakePeers(a, MakeConfig('b', Role::kControlled));
  // The better pair is still tried when the other works.
  pairing.a->AddSocket(kOpenA);
  pairing.b->AddSocket(At("[2001:db8::2]:6000"));
  pairing.b->AddSocket(kOpenB);
  pairing.Start();
  pairing.world.RunFor(TimeDelta::Millis(500));

  CHECK(pairing.AreConnected());
  CHECK(pairing.Talks());
}

TEST_CASE("Without any path an agent fails when its patience ends") {
  Pairing pairing;
  pairing.MakePeers();
  pairing.a->AddSocket(kOpenA);
  pairing.b->AddSocket(kOpenB);
  pairing.network.Block(kOpenB);
  pairing.Start();
  pairing.world.RunFor(TimeDelta::Seconds(60));

  REQUIRE(pairing.a->failed.size() == 1);
  CHECK(pairing.a->failed[0].code == ErrorCode::kIceNoPath);
  CHECK(pairing.a->states.back().first == Timestamp::Zero() + TimeDelta::Millis(39'500));
}

}  // namespace
}  // namespace onair::ice
