// SPDX-License-Identifier: Apache-2.0
#include "transport/ice/agent.h"

#include <catch2/catch.hpp>

#include "tests/support/print_units.h"
#include "tests/transport/ice/ice_peers.h"

namespace onair::ice {
namespace {

using testing::At;
using testing::MakeConfig;
using testing::Pairing;
using testing::Router;
using testing::RouterKind;

const SocketAddress kOpenA = At("198.51.100.1:5000");
const SocketAddress kOpenB = At("198.51.100.2:6000");
const SocketAddress kHomeA = At("10.0.1.2:5000");
const SocketAddress kHomeB = At("10.0.2.2:6000");
const IpAddress kRouterA = *IpAddress::Parse("203.0.113.1");
const IpAddress kRouterB = *IpAddress::Parse("203.0.113.2");

AgentConfig WithServers(char name, Role role) {
  AgentConfig config = MakeConfig(name, role);
  config.stun_servers = {At("192.0.2.9:3478")};
  config.turn_servers = {{At("192.0.2.9:3478"), TurnTransport::kUdp, "user", "secret"}};
  return config;
}

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

TEST_CASE("Towards a lite peer the first answer settles the path") {
  for (const Nomination nomination : {Nomination::kFast, Nomination::kRegular}) {
    Pairing pairing;
    AgentConfig a = MakeConfig('a', Role::kControlled);  // It must take control by itself.
    a.nomination = nomination;
    AgentConfig b = MakeConfig('b', Role::kControlling);
    b.implementation = Implementation::kLite;
    pairing.MakePeers(a, b);
    pairing.a->AddSocket(kOpenA);
    pairing.b->AddSocket(kOpenB);
    pairing.Start();
    pairing.world.RunFor(TimeDelta::Seconds(2));

    REQUIRE(pairing.AreConnected());
    CHECK(pairing.a->agent.role() == Role::kControlling);
    CHECK(pairing.b->agent.stats().checks_sent == 0);
    // The lite side may send when the nomination arrives: with the first check, or a round trip
    // later.
    const TimeDelta extra = TimeDelta::Millis(nomination == Nomination::kFast ? 0 : 50);
    CHECK(pairing.b->switches.at(0).first == Timestamp::Zero() + TimeDelta::Millis(35) + extra);
    CHECK(pairing.Talks());
  }
}

TEST_CASE("A lite side follows its peer to another address") {
  Pairing pairing;
  AgentConfig b = MakeConfig('b', Role::kControlled);
  b.implementation = Implementation::kLite;
  pairing.MakePeers(MakeConfig('a', Role::kControlling), b);
  pairing.a->AddSocket(kOpenA);
  pairing.b->AddSocket(kOpenB);
  pairing.Start();
  pairing.world.RunFor(TimeDelta::Seconds(2));
  REQUIRE(pairing.AreConnected());

  const SocketAddress cellular = At("198.51.100.77:5001");
  pairing.a->AddSocket(cellular, nullptr, 900);
  pairing.world.RunFor(TimeDelta::Seconds(1));
  const Timestamp moved = pairing.world.now();
  pairing.a->Do([](Agent& agent, Timestamp now) { agent.RemoveLocalAddress(kOpenA, now); });
  pairing.world.RunFor(TimeDelta::Millis(30));

  CHECK(pairing.a->selected()->path.local == cellular);
  REQUIRE(pairing.b->selected());
  CHECK(pairing.b->selected()->path.remote == cellular);
  CHECK(pairing.b->switches.back().first == moved + TimeDelta::Millis(25));
  CHECK(pairing.Talks());
}

TEST_CASE("A lite peer hears from the selected path last") {
  Pairing pairing;
  AgentConfig b = MakeConfig('b', Role::kControlled);
  b.implementation = Implementation::kLite;
  pairing.MakePeers(MakeConfig('a', Role::kControlling), b);
  pairing.a->AddSocket(kOpenA);
  pairing.a->AddSocket(At("198.51.100.77:5001"), nullptr, 900);
  pairing.a->AddSocket(At("198.51.100.78:5002"), nullptr, 50);
  pairing.b->AddSocket(kOpenB);
  pairing.Start();
  pairing.world.RunFor(TimeDelta::Millis(300));
  for (int i = 0; i < 3000; ++i) {
    pairing.world.RunFor(TimeDelta::Millis(10));
    INFO(ToString(pairing.network.last_sender[kOpenB])
         << " " << ToString(pairing.a->selected()->path.local) << " at "
         << pairing.world.now().us());
    REQUIRE(pairing.network.last_sender[kOpenB] == kOpenA);
  }

  CHECK(pairing.b->selected()->path.remote == kOpenA);
  CHECK(pairing.a->switches.size() == 1);
  for (const PathReport& report : pairing.a->agent.paths()) {
    CHECK(report.state == PairState::kSucceeded);  // Both others are kept warm.
    CHECK(report.rtt);
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

TEST_CASE("A phone that lost its only network reaches a lite peer one round trip after the next") {
  Pairing pairing;
  AgentConfig b = MakeConfig('b', Role::kControlled);
  b.implementation = Implementation::kLite;
  pairing.MakePeers(MakeConfig('a', Role::kControlling), b);
  pairing.a->AddSocket(kOpenA);
  pairing.b->AddSocket(kOpenB);
  pairing.Start();
  pairing.TalkFor(TimeDelta::Seconds(3));
  pairing.a->Do([](Agent& agent, Timestamp now) { agent.RemoveLocalAddress(kOpenA, now); });
  CHECK(pairing.a->agent.state() == Agent::State::kDisconnected);
  CHECK_FALSE(pairing.a->agent.Send(Bytes{1}, pairing.world.now()));
  pairing.world.RunFor(TimeDelta::Seconds(8));

  const Timestamp back = pairing.world.now();
  const SocketAddress cellular = At("198.51.100.77:5001");
  pairing.a->AddSocket(cellular, nullptr, 900);
  pairing.world.RunFor(TimeDelta::Millis(60));
  CHECK(pairing.a->is_connected());
  CHECK(pairing.a->switches.back().first == back + TimeDelta::Millis(50));
  CHECK(pairing.b->switches.back().first == back + TimeDelta::Millis(25));
  CHECK(pairing.b->selected()->path.remote == cellular);
  CHECK(pairing.Talks());
}

TEST_CASE("When consent is lost during a restart the restart decides") {
  Pairing pairing;
  pairing.MakePeers();
  pairing.a->AddSocket(kOpenA);
  pairing.b->AddSocket(kOpenB);
  pairing.Start();
  pairing.TalkFor(TimeDelta::Seconds(3));
  pairing.network.Block(kOpenB);
  pairing.world.RunFor(TimeDelta::Seconds(20));
  pairing.Restart(1);
  pairing.world.RunFor(TimeDelta::Seconds(12));
  CHECK(pairing.a->agent.state() == Agent::State::kDisconnected);
  CHECK(pairing.a->Count(SwitchReason::kConsentLost) == 1);
  pairing.network.Unblock(kOpenB);
  pairing.world.RunFor(TimeDelta::Seconds(10));

  CHECK(pairing.a->failed.empty());
  CHECK(pairing.b->failed.empty());
  REQUIRE(pairing.AreConnected());
  CHECK(pairing.Talks());
}

TEST_CASE("Ten minutes over a lossy line with three restarts pass without a failure or growth") {
  Pairing pairing(TimeDelta::Millis(25), 0.05, 7);
  AgentConfig a = WithServers('a', Role::kControlling);
  pairing.MakePeers(a, MakeConfig('b', Role::kControlled));
  pairing.a->AddSocket(kOpenA);
  pairing.a->AddSocket(At("198.51.100.77:5001"), nullptr, 900);
  pairing.b->AddSocket(kOpenB);
  pairing.Start();
  std::size_t paths = 0;
  for (int part = 0; part < 4; ++part) {
    if (part > 0) pairing.Restart(part);
    pairing.TalkFor(TimeDelta::Seconds(150));
    REQUIRE(pairing.AreConnected());
    CHECK(pairing.a->selected()->path.local == kOpenA);
    if (part == 1) paths = pairing.a->agent.paths().size();
  }

  CHECK(pairing.a->agent.paths().size() == paths);
  CHECK(pairing.a->failed.empty());
  CHECK(pairing.a->unsendable < 10);  // Before the first path.
  // Lost words of media or checks are no reason to leave a path.
  CHECK(pairing.a->Count(SwitchReason::kQuiet) == 0);
  CHECK(pairing.a->Count(SwitchReason::kRestarted) == 3);
  CHECK(pairing.a->heard.size() > 30'000 * 93 / 100);
  CHECK(pairing.a->agent.stats().datagrams_dropped == 0);
  CHECK(pairing.a->Report()->loss < 0.5);
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

TEST_CASE("A restart keeps the data flowing and ends on new credentials") {
  Pairing pairing;
  pairing.MakePeers();
  pairing.a->AddSocket(kOpenA);
  pairing.b->AddSocket(kOpenB);
  pairing.Start();
  pairing.TalkFor(TimeDelta::Seconds(2));
  for (int generation = 1; generation <= 3; ++generation) {
    pairing.a->heard.clear();
    pairing.b->heard.clear();
    const int before = pairing.a->unsendable + pairing.b->unsendable;
    pairing.Restart(generation);
    pairing.TalkFor(TimeDelta::Seconds(2));

    INFO("generation " << generation);
    CHECK(pairing.a->heard.size() >= 98);  // One every 20 ms; the last are on their way.
    CHECK(pairing.b->heard.size() >= 98);
    CHECK(pairing.a->unsendable + pairing.b->unsendable == before);
    CHECK(pairing.a->Count(SwitchReason::kRestarted) == generation);
    CHECK(pairing.b->Count(SwitchReason::kNominated) == generation);
    CHECK(pairing.a->agent.paths().size() == 1);  // The old pair is gone.
    CHECK(pairing.a->gathered == 1 + generation);
  }
}

TEST_CASE("A restart that nobody answers leaves the old path in use and says so") {
  Pairing pairing;
  AgentConfig a = MakeConfig('a', Role::kControlling);
  a.patience = TimeDelta::Seconds(5);
  pairing.MakePeers(a, MakeConfig('b', Role::kControlled));
  pairing.a->AddSocket(kOpenA);
  pairing.b->AddSocket(kOpenB);
  pairing.Start();
  pairing.TalkFor(TimeDelta::Seconds(2));
  pairing.a->Do([&](Agent& agent, Timestamp now) {
    REQUIRE(agent.Restart(testing::MakeTestCredentials('a', 1), now));
    REQUIRE(agent.SetRemoteCredentials(testing::MakeTestCredentials('c', 1), Implementation::kFull,
                                       now));
    agent.AddRemoteCandidate({.foundation = "1", .priority = 1, .address = kOpenB}, now);
  });
  pairing.TalkFor(TimeDelta::Seconds(6));

  CHECK(pairing.a->restarts_failed == 1);
  CHECK(pairing.a->failed.empty());
  CHECK(pairing.Talks());
}

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
