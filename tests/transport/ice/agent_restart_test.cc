// SPDX-License-Identifier: Apache-2.0
//
// Agents that restart while data flows.
#include <catch2/catch.hpp>

#include "tests/support/print_units.h"
#include "tests/transport/ice/agent_places.h"

namespace onair::ice {
namespace {

using namespace testing;

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

}  // namespace
}  // namespace onair::ice
