// SPDX-License-Identifier: Apache-2.0
//
// Agents towards peers that answer checks and send none.
#include <catch2/catch.hpp>

#include "tests/support/print_units.h"
#include "tests/transport/ice/agent_places.h"

namespace onair::ice {
namespace {

using namespace testing;

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

}  // namespace
}  // namespace onair::ice
