// SPDX-License-Identifier: Apache-2.0
#include "core/twin/rfc8867.h"

#include <catch2/catch.hpp>
#include <set>

#include "tests/core/twin/link_scene.h"
#include "tests/support/print_units.h"

namespace onair::twin {
namespace {

TEST_CASE("All cases of RFC 8867 are there once and fit their durations") {
  std::set<std::string> ids;
  for (const EvalCase& c : Rfc8867Cases()) {
    INFO(c.id);
    CHECK(ids.insert(c.id).second);
    REQUIRE_FALSE(c.forward.empty());
    REQUIRE_FALSE(c.flows.empty());
    for (const auto& bottleneck : c.forward) {
      CHECK(bottleneck.capacity.front().from == TimeDelta::Zero());
      CHECK(bottleneck.capacity.back().from < c.duration);
    }
    for (const auto& flow : c.flows) {
      CHECK(flow.start < flow.end);
      CHECK(flow.end <= c.duration);
      CHECK(flow.last_bottleneck < c.forward.size());
      CHECK(flow.first_bottleneck <= flow.last_bottleneck);
    }
  }
  CHECK(ids.size() == 18);
  for (const char* id : {"5.1", "5.8", "6.1", "6.2/5.1", "6.2/5.8", "6.3"}) CHECK(ids.count(id));
  CHECK_FALSE(FindRfc8867Case("5.9"));
}

TEST_CASE("Case 5.1 steps from 1 to 2.5, 0.6 and 1 Mbit/s, either way") {
  const auto c = FindRfc8867Case("5.1");
  REQUIRE(c);
  const RateSchedule link = c->Schedule(c->forward[0].capacity, At(1000));
  const RateSchedule rest = c->Background(c->forward[0].capacity, At(1000));
  const std::pair<std::int64_t, std::int64_t> expected[] = {
      {0, 1000}, {39, 1000}, {40, 2500}, {59, 2500}, {60, 600}, {80, 1000}, {99, 1000}};
  for (const auto& [second, kbps] : expected) {
    INFO("second " << second);
    const Timestamp at = At(1000 + second * 1000);
    CHECK(link.At(at) == DataRate::KilobitsPerSec(kbps));
    CHECK(rest.At(at) == DataRate::KilobitsPerSec(4000 - kbps));
  }
  CHECK(c->one_ways == std::vector{TimeDelta::Millis(50), TimeDelta::Millis(100)});
}

TEST_CASE("Case 5.2 and 5.3 follow tables 2 to 4") {
  const auto multiple = FindRfc8867Case("5.2");
  const RateSchedule link = multiple->Schedule(multiple->forward[0].capacity, At(0));
  CHECK(link.At(At(0)) == DataRate::KilobitsPerSec(4000));
  CHECK(link.At(At(50'000)) == DataRate::KilobitsPerSec(3500));
  CHECK(link.At(At(75'000)) == DataRate::KilobitsPerSec(1000));
  CHECK(multiple->flows.size() == 2);

  const auto both = FindRfc8867Case("5.3");
  const RateSchedule back = both->Schedule(both->backward, At(0));
  CHECK(back.At(At(34'000)) == DataRate::KilobitsPerSec(2000));
  CHECK(back.At(At(35'000)) == DataRate::KilobitsPerSec(800));
  CHECK(back.At(At(70'000)) == DataRate::KilobitsPerSec(2000));
  CHECK(both->flows[1].direction == EvalCase::Direction::kBackward);
}

TEST_CASE("Flows join, pause, differ and cross as the RFC says") {
  const auto joins = FindRfc8867Case("5.4");
  CHECK(joins->flows[2].start == TimeDelta::Seconds(40));
  CHECK(joins->reference == DataRate::KilobitsPerSec(3500));
  const auto trips = FindRfc8867Case("5.5");
  REQUIRE(trips->flows.size() == 5);
  CHECK(trips->flows[4].one_way == TimeDelta::Millis(150));
  CHECK(trips->flows[4].start == TimeDelta::Seconds(40));
  const auto long_tcp = FindRfc8867Case("5.6");
  CHECK(long_tcp->queues.size() == 2);
  CHECK(long_tcp->tcp[0].kind == EvalCase::Tcp::Kind::kLong);
  const auto short_tcp = FindRfc8867Case("6.2/5.7");
  CHECK(short_tcp->tcp[0].count == 10);
  CHECK(short_tcp->tcp[0].starting_on == 2);
  CHECK(short_tcp->has_ecn);
  const auto pause = FindRfc8867Case("5.8");
  REQUIRE(pause->flows[1].pause);
  CHECK(pause->flows[1].pause->from == TimeDelta::Seconds(40));
  CHECK_FALSE(pause->flows[2].pause);
  CHECK(FindRfc8867Case("6.1")->flows[0].priority == 2);
  const auto row = FindRfc8867Case("6.3");
  REQUIRE(row->forward.size() == 3);
  CHECK(row->flows[0].last_bottleneck == 2);
  CHECK(row->flows[2].first_bottleneck == 2);
  CHECK(row->Schedule(row->forward[2].capacity, At(0)).At(At(5)) == DataRate::KilobitsPerSec(1500));
}

}  // namespace
}  // namespace onair::twin
