// SPDX-License-Identifier: Apache-2.0
//
// Agents and their TURN servers.
#include <catch2/catch.hpp>

#include "tests/support/print_units.h"
#include "tests/transport/ice/agent_places.h"

namespace onair::ice {
namespace {

using namespace testing;

TEST_CASE("Behind symmetric routers a relay carries both directions") {
  Pairing pairing;
  Router router_a(kRouterA, RouterKind::kSymmetric);
  Router router_b(kRouterB, RouterKind::kSymmetric);
  pairing.MakePeers(WithServers('a', Role::kControlling), WithServers('b', Role::kControlled));
  pairing.a->AddSocket(kHomeA, &router_a);
  pairing.b->AddSocket(kHomeB, &router_b);
  pairing.Start();
  pairing.world.RunFor(TimeDelta::Seconds(5));

  REQUIRE(pairing.AreConnected());
  const bool is_relayed = pairing.a->selected()->is_relayed ||
                          pairing.a->selected()->remote_type == CandidateType::kRelayed;
  CHECK(is_relayed);
  CHECK(pairing.Talks());
  pairing.TalkFor(TimeDelta::Seconds(1));
  CHECK(pairing.network.server.channel_data > 40);
}

TEST_CASE("A relay behind a TCP connection carries data when UDP passes nowhere") {
  Pairing pairing;
  AgentConfig a = MakeConfig('a', Role::kControlling);
  a.turn_servers = {{At("192.0.2.9:3478"), TurnTransport::kTcp, "user", "secret"}};
  pairing.MakePeers(a, MakeConfig('b', Role::kControlled));
  pairing.a->AddSocket(kHomeA);
  pairing.network.Block(kHomeA);
  pairing.b->AddSocket(kOpenB);
  pairing.Start();
  pairing.world.RunFor(TimeDelta::Seconds(5));

  REQUIRE(pairing.AreConnected());
  CHECK(pairing.a->selected()->is_relayed);
  CHECK(pairing.Talks());
}

TEST_CASE("A relay lends an IPv6 address to a host that has only IPv4") {
  Pairing pairing;
  AgentConfig a = WithServers('a', Role::kControlling);
  a.turn_servers[0].relayed_family = IpAddress::Family::kV6;
  pairing.MakePeers(a, MakeConfig('b', Role::kControlled));
  pairing.a->AddSocket(kOpenA);
  pairing.b->AddSocket(At("[2001:db8::2]:6000"));
  pairing.Start();
  pairing.world.RunFor(TimeDelta::Seconds(3));

  REQUIRE(pairing.AreConnected());
  CHECK(pairing.a->selected()->is_relayed);
  CHECK(pairing.Talks());
}

TEST_CASE("A relay that is heard of after the start takes over what no direct way carries") {
  Pairing pairing;
  pairing.MakePeers();
  pairing.a->AddSocket(kHomeA);
  pairing.network.BlockPath({kHomeA, kOpenB});
  pairing.network.BlockPath({kOpenB, kHomeA});
  pairing.b->AddSocket(kOpenB);
  pairing.Start();
  pairing.world.RunFor(TimeDelta::Seconds(1));
  REQUIRE_FALSE(pairing.AreConnected());
  CHECK(pairing.a->gathered == 1);
  pairing.a->Do([&](Agent& agent, Timestamp now) {
    REQUIRE(agent.AddTurnServer(
        {.address = pairing.network.server.address(), .username = "user", .password = "secret"},
        now));
  });
  pairing.world.RunFor(TimeDelta::Seconds(2));

  CHECK(pairing.a->gathered == 2);
  REQUIRE(pairing.AreConnected());
  CHECK(pairing.a->selected()->is_relayed);
  CHECK(pairing.Talks());
}

// A reaches B only by its relay.
void ConnectByRelay(Pairing& pairing) {
  pairing.MakePeers(WithServers('a', Role::kControlling), MakeConfig('b', Role::kControlled));
  pairing.a->AddSocket(kHomeA);
  pairing.network.BlockPath({kHomeA, kOpenB});
  pairing.network.BlockPath({kOpenB, kHomeA});
  pairing.b->AddSocket(kOpenB);
  pairing.Start();
  pairing.TalkFor(TimeDelta::Seconds(3));
  REQUIRE(pairing.AreConnected());
  REQUIRE(pairing.a->selected()->is_relayed);
  REQUIRE(pairing.network.server.channel_data > 0);
}

TEST_CASE("A relay that was in use before a restart is heard when it is needed again") {
  Pairing pairing;
  ConnectByRelay(pairing);
  pairing.a->AddSocket(kOpenA);
  pairing.TalkFor(TimeDelta::Seconds(10));
  REQUIRE_FALSE(pairing.a->selected()->is_relayed);
  pairing.Restart(1);
  pairing.TalkFor(TimeDelta::Seconds(3));
  REQUIRE_FALSE(pairing.a->selected()->is_relayed);
  pairing.network.Block(kOpenA);
  pairing.TalkFor(TimeDelta::Seconds(5));

  REQUIRE(pairing.AreConnected());
  CHECK(pairing.a->selected()->is_relayed);
  CHECK(pairing.Talks());
}

TEST_CASE("A relay checks as many remote addresses as are told") {
  Pairing pairing;
  pairing.MakePeers(WithServers('a', Role::kControlling), MakeConfig('b', Role::kControlled));
  pairing.a->AddSocket(kHomeA);
  pairing.network.BlockPath({kHomeA, kOpenB});
  pairing.network.BlockPath({kOpenB, kHomeA});
  pairing.a->Do([](Agent& agent, Timestamp now) {
    SocketAddress nobody = At("203.0.113.77:1000");
    for (int i = 0; i < 45; ++i, ++nobody.port) {
      agent.AddRemoteCandidate(
          {.foundation = std::to_string(i), .priority = 0x7fff'ffff, .address = nobody}, now);
    }
  });
  pairing.b->AddSocket(kOpenB);
  pairing.Start();
  pairing.world.RunFor(TimeDelta::Seconds(10));

  REQUIRE(pairing.AreConnected());
  CHECK(pairing.a->selected()->is_relayed);
}

TEST_CASE("Two restarts in a row leave the relay in use its channel") {
  Pairing pairing;
  ConnectByRelay(pairing);
  const int before = pairing.network.server.indications;
  pairing.Restart(1);
  pairing.world.RunFor(TimeDelta::Millis(30));
  pairing.Restart(2);
  pairing.a->heard.clear();
  pairing.b->heard.clear();
  pairing.TalkFor(TimeDelta::Seconds(3));

  CHECK(pairing.a->heard.size() >= 145);  // One every 20 ms; the last are on their way.
  CHECK(pairing.b->heard.size() >= 145);
  CHECK(pairing.network.server.indications == before);
  CHECK(pairing.Talks());
}

TEST_CASE("A relay that was lost comes back with the next restart") {
  for (const TurnTransport transport : {TurnTransport::kUdp, TurnTransport::kTcp}) {
    INFO("transport " << static_cast<int>(transport));
    Pairing pairing;
    AgentConfig a = MakeConfig('a', Role::kControlling);
    a.turn_servers = {{At("192.0.2.9:3478"), transport, "user", "secret"}};
    pairing.network.server.refuse_allocations_with = 486;
    pairing.MakePeers(a, MakeConfig('b', Role::kControlled));
    pairing.a->AddSocket(kHomeA);
    pairing.network.BlockPath({kHomeA, kOpenB});
    pairing.network.BlockPath({kOpenB, kHomeA});
    pairing.b->AddSocket(kOpenB);
    pairing.Start();
    pairing.world.RunFor(TimeDelta::Seconds(3));
    REQUIRE(pairing.a->relays_lost.size() == 1);
    for (int generation = 1; generation <= 20; ++generation) {
      pairing.Restart(generation);
      pairing.world.RunFor(TimeDelta::Seconds(1));
    }
    CHECK(pairing.a->relays_lost.size() == 21);
    REQUIRE_FALSE(pairing.AreConnected());

    pairing.network.server.refuse_allocations_with = 0;
    pairing.Restart(21);
    pairing.world.RunFor(TimeDelta::Seconds(3));
    REQUIRE(pairing.AreConnected());
    CHECK(pairing.a->selected()->is_relayed);
    CHECK(pairing.Talks());
    pairing.Restart(22);
    pairing.TalkFor(TimeDelta::Seconds(3));
    CHECK(pairing.network.server.allocations == 1);  // The one that lives goes on.
  }
}

TEST_CASE("A TURN server without a user name is refused") {
  Pairing pairing;
  pairing.MakePeers();
  const Status added = pairing.a->agent.AddTurnServer(
      {.address = At("192.0.2.9:3478"), .username = "", .password = "x"}, pairing.world.now());
  REQUIRE_FALSE(added);
  CHECK(added.error().code == ErrorCode::kInvalidConfig);
}

TEST_CASE("A relay whose stream breaks is left for a direct way") {
  Pairing pairing;
  AgentConfig a = MakeConfig('a', Role::kControlling);
  a.turn_servers = {{At("192.0.2.9:3478"), TurnTransport::kTls, "user", "secret"}};
  pairing.MakePeers(a, MakeConfig('b', Role::kControlled));
  pairing.a->AddSocket(kHomeA);
  pairing.network.Block(kHomeA);
  pairing.b->AddSocket(kOpenB);
  pairing.Start();
  pairing.world.RunFor(TimeDelta::Seconds(5));
  REQUIRE(pairing.a->selected()->is_relayed);
  pairing.a->AddSocket(kOpenA);
  pairing.a->Do([](Agent& agent, Timestamp now) {
    agent.HandleStreamClosed(StreamId{1}, {ErrorCode::kConnectionLost, "TURN"}, now);
  });
  pairing.world.RunFor(TimeDelta::Seconds(2));

  REQUIRE(pairing.a->relays_lost.size() == 1);
  CHECK(pairing.a->relays_lost[0].code == ErrorCode::kConnectionLost);
  REQUIRE(pairing.AreConnected());
  CHECK(pairing.a->selected()->path.local == kOpenA);
  CHECK(pairing.Talks());
}

TEST_CASE("A relay's refusal is told and other paths go on") {
  Pairing pairing;
  AgentConfig a = WithServers('a', Role::kControlling);
  a.turn_servers[0].password = "wrong";
  pairing.MakePeers(a, MakeConfig('b', Role::kControlled));
  pairing.a->AddSocket(kOpenA);
  pairing.b->AddSocket(kOpenB);
  pairing.Start();
  pairing.world.RunFor(TimeDelta::Seconds(2));

  REQUIRE(pairing.a->relays_lost.size() == 1);
  CHECK(pairing.a->relays_lost[0].code == ErrorCode::kTurnUnauthorized);
  CHECK(pairing.a->gathered == 1);
  CHECK(pairing.AreConnected());
}

TEST_CASE("Closing gives relayed addresses back and ends all timers") {
  Pairing pairing;
  pairing.MakePeers(WithServers('a', Role::kControlling), MakeConfig('b', Role::kControlled));
  pairing.a->AddSocket(kOpenA);
  pairing.b->AddSocket(kOpenB);
  pairing.Start();
  pairing.world.RunFor(TimeDelta::Seconds(2));
  pairing.a->Do([](Agent& agent, Timestamp now) { agent.Close(now); });
  pairing.world.RunFor(TimeDelta::Seconds(1));

  CHECK(pairing.network.server.released == 1);
  CHECK(std::get<Idle>(pairing.a->agent.Poll()).wake_at == Timestamp::PlusInfinity());
  CHECK_FALSE(pairing.a->agent.Send(Bytes{1}, pairing.world.now()));
}

}  // namespace
}  // namespace onair::ice
