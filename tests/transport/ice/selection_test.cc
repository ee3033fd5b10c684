// SPDX-License-Identifier: Apache-2.0
#include "transport/ice/selection.h"

#include <catch2/catch.hpp>

#include "tests/support/print_units.h"

namespace onair::ice {
namespace {

const Timestamp kNow = Timestamp::Zero() + TimeDelta::Seconds(100);
const AgentConfig kConfig{.local = {"aaaa", std::string(22, 'a')}};

Pair Working(std::uint64_t priority, std::uint16_t cost = 0) {
  Pair pair{.id = 1};
  pair.state = PairState::kSucceeded;
  pair.priority = priority;
  pair.local.network_cost = cost;
  pair.last_received = pair.last_answer = pair.last_ping = kNow;
  pair.consent_check_at = kNow + TimeDelta::Seconds(5);
  return pair;
}

TEST_CASE("Generation counts before cost, cost before priority") {
  Pair newer = Working(1, 999);
  newer.generation = 1;
  CHECK(IsBetter(newer, Working(9)));
  CHECK(IsBetter(Working(1, 10), Working(9, 50)));
  CHECK(IsBetter(Working(9, 10), Working(1, 10)));
  CHECK_FALSE(IsBetter(Working(1), Working(1)));
}

TEST_CASE("A path is left for a cheaper or a direct one and not for a bit of priority") {
  CHECK(IsWorthLeaving(Working(9, 50), Working(1, 0)));
  CHECK_FALSE(IsWorthLeaving(Working(1), Working(9)));
  Pair relayed = Working(9);
  relayed.local.relay = 1;
  CHECK(IsWorthLeaving(relayed, Working(1)));
  CHECK_FALSE(IsWorthLeaving(Working(1), relayed));
}

TEST_CASE("A path is quiet after its time and three unanswered requests, not after one of them") {
  Pair pair = Working(1);
  const Timestamp due = kNow + kConfig.quiet_after;
  pair.unanswered = kPingsToDoubt - 1;
  CHECK_FALSE(IsQuiet(pair, kConfig, std::nullopt, due + TimeDelta::Seconds(9)));
  pair.unanswered = kPingsToDoubt;
  CHECK_FALSE(IsQuiet(pair, kConfig, std::nullopt, due - TimeDelta::Micros(1)));
  CHECK(IsQuiet(pair, kConfig, std::nullopt, due));
}

TEST_CASE("A suspicion makes a path quiet after two round trips and 50 ms") {
  Pair pair = Working(1);
  pair.quality.OnAnswer(TimeDelta::Millis(40));
  const Timestamp suspected = kNow + TimeDelta::Millis(1);
  CHECK(QuietAt(pair, kConfig, suspected) == suspected + TimeDelta::Millis(130));
  pair.last_received = suspected + TimeDelta::Millis(1);
  CHECK_FALSE(QuietAt(pair, kConfig, suspected).is_finite());
}

TEST_CASE("The selected path is asked half a second after the last word, backups every consent") {
  Pair pair = Working(1);
  CHECK(NextPingAt(pair, true, Alarmed::kNo, kConfig) == kNow + kConfig.probe_after);
  CHECK_FALSE(NextPingAt(pair, false, Alarmed::kNo, kConfig).is_finite());
  pair.is_kept = true;
  CHECK(NextPingAt(pair, false, Alarmed::kNo, kConfig) == pair.consent_check_at);
  CHECK(NextPingAt(pair, false, Alarmed::kYes, kConfig) == kNow + TimeDelta::Millis(250));
  pair.last_received = kNow + TimeDelta::Seconds(60);  // Media flows: consent alone counts.
  CHECK(NextPingAt(pair, true, Alarmed::kNo, kConfig) == pair.consent_check_at);
}

TEST_CASE("Backups come from other sockets first") {
  CheckList list(Role::kControlling);
  const auto add = [&](const char* local, std::uint32_t priority) {
    LocalEnd end{.address = *SocketAddress::Parse(local)};
    end.base = end.address;
    end.priority = priority;
    list.AddLocal(end);
  };
  add("10.0.0.1:1", 100);
  add("10.0.0.2:1", 1);
  for (int port = 1; port <= 2; ++port) {
    RemoteEnd remote{.address = *SocketAddress::Parse("10.0.1.1:1")};
    remote.address.port = static_cast<std::uint16_t>(port);
    remote.priority = 100;
    list.AddRemote(remote);
  }
  for (Pair& pair : list.pairs()) pair.state = PairState::kSucceeded;
  const Pair* selected = list.Find(
      DatagramPath{*SocketAddress::Parse("10.0.0.1:1"), *SocketAddress::Parse("10.0.1.1:1")});
  MarkKept(list, selected->id, 1);

  int kept = 0;
  for (const Pair& pair : list.pairs()) {
    if (!pair.is_kept) continue;
    ++kept;
    if (pair.id != selected->id) CHECK(ToString(pair.local.base) == "10.0.0.2:1");
  }
  CHECK(kept == 2);
}

TEST_CASE("Loss and round trips of a path are weighed over the latest checks") {
  PathQuality quality;
  CHECK_FALSE(quality.rtt());
  for (int i = 0; i < 100; ++i) quality.OnAnswer(TimeDelta::Millis(80));
  CHECK(quality.rtt() == TimeDelta::Millis(80));
  CHECK(quality.loss() == 0.0);
  quality.OnAnswer(TimeDelta::Millis(160));
  CHECK(quality.rtt() == TimeDelta::Millis(90));
  CHECK(quality.min_rtt() == TimeDelta::Millis(80));
  for (int i = 0; i < 30; ++i) quality.OnLost();
  CHECK(quality.loss() > 0.95);
  CHECK(quality.lost() == 30);
}

}  // namespace
}  // namespace onair::ice
