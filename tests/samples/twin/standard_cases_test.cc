// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/standard_cases.h"

#include <set>

#include "samples/twin/capacity_line.h"
#include "samples/twin/case_choice.h"
#include "tests/samples/twin/push_support.h"
#include "tests/support/print_units.h"

namespace onair::samples {
namespace {

PushCase Find(const std::string& name) {
  const auto found = ChooseCases({name}, Ms(25));
  REQUIRE(found.has_value());
  REQUIRE(found->size() == 1);
  return found->front();
}

TEST_CASE("The cases of RFC 8867 are run in each of their settings, with ECN too") {
  std::set<std::string> names;
  for (const PushCase& c : Rfc8867PushCases()) names.insert(c.name);
  CHECK(names == std::set<std::string>{"5.1",           "5.1@100ms", "5.1+udp",       "5.2",
                                       "5.2@100ms",     "5.2+udp",   "5.3",           "5.3+udp",
                                       "5.4",           "5.5",       "5.6",           "5.6/1000ms",
                                       "5.7",           "5.8",       "6.1",           "6.2/5.1",
                                       "6.2/5.1@100ms", "6.2/5.2",   "6.2/5.2@100ms", "6.2/5.3",
                                       "6.2/5.4",       "6.2/5.5",   "6.2/5.6",       "6.2/5.7",
                                       "6.2/5.8",       "6.3"});
}

TEST_CASE("RFC 8867 5.1 keeps its rates, delays and steps") {
  const PushCase c = Find("5.1");
  CHECK(c.rates->most == Kbps(1500));
  CHECK(c.rates->start == Kbps(150));
  CHECK(c.flows[0].one_way == Ms(50));
  CHECK(Find("5.1@100ms").flows[0].one_way == Ms(100));
  const CapacityLine line(*c.forward[0].capacity);
  CHECK(line.KbpsOver(At(40'000), Sec(20)) == Approx(2500));
  CHECK(line.KbpsOver(At(60'000), Sec(20)) == Approx(600));
}

TEST_CASE("Datagrams leave as much of 4 Mbit/s as the slower link would have") {
  const PushCase c = Find("5.1+udp");
  REQUIRE(c.cross.size() == 1);
  const CapacityLine line(*c.forward[0].capacity);
  const CapacityLine taken(*c.cross[0].rate);
  const CapacityLine slow(*Find("5.1").forward[0].capacity);
  for (const std::int64_t ms : {0, 45'000, 70'000, 99'000}) {
    const auto kbps = [ms](const CapacityLine& of) { return of.KbpsOver(At(ms), Ms(500)); };
    CHECK(kbps(line) - kbps(taken) == Approx(kbps(slow)));
  }
}

TEST_CASE("Flows of RFC 8867 keep their delays, directions, pauses and bottlenecks") {
  CHECK(Find("5.5").flows[4].one_way == Ms(150));
  CHECK(Find("5.3").flows[1].direction == PushCase::Direction::kBackward);
  CHECK(Find("5.3").backward.has_value());
  CHECK(Find("5.8").flows[1].pause->from == Sec(40));
  CHECK(Find("6.3").flows[0].last_bottleneck == 2);
  CHECK(Find("6.3").flows[2].first_bottleneck == 2);
  CHECK(Find("5.6/1000ms").forward[0].queue == DataSize::Bytes(250'000));
}

TEST_CASE("Cases with ECN have queues that mark, both ways, and are else their base") {
  const PushCase with = Find("6.2/5.3");
  const PushCase base = Find("5.3");
  CHECK(with.has_ecn);
  CHECK(with.forward[0].queueing == PushCase::Queueing::kCodel);
  CHECK(with.backward->queueing == PushCase::Queueing::kCodel);
  CHECK(with.forward[0].queue == base.forward[0].queue);
  CHECK_FALSE(base.has_ecn);
  CHECK(base.forward[0].queueing == PushCase::Queueing::kTailDrop);
  CHECK(Find("6.1").flows[0].priority == 2);
  CHECK(Find("6.1").flows[2].priority == 1);
}

TEST_CASE("Groups are chosen whole, unknown names and files are refused") {
  CHECK(ChooseCases({"steps"}, Ms(25))->size() == 4);
  CHECK(ChooseCases({"steps", "5.1"}, Ms(25))->size() == 5);
  CHECK_FALSE(ChooseCases({"5.9"}, Ms(25)).has_value());
  CHECK_FALSE(ChooseCases({"/nowhere/case.json"}, Ms(25)).has_value());
}

TEST_CASE("Generated networks are the same each time") {
  const auto one = SyntheticPushCases(Ms(25));
  const auto two = SyntheticPushCases(Ms(25));
  REQUIRE(one.size() == 3);
  for (std::size_t i = 0; i < one.size(); ++i) {
    const CapacityLine a(*one[i].forward[0].capacity);
    const CapacityLine b(*two[i].forward[0].capacity);
    CHECK(a.BytesBetween(At(0), At(77'000)) == b.BytesBetween(At(0), At(77'000)));
  }
}

TEST_CASE("A recording's own round trip wins over the one that was asked for") {
  twin::RateTrace trace;
  trace.slots.push_back({Ms(0), Kbps(1000), Ms(80)});
  trace.period = Sec(10);
  CHECK(TracePushCase("t", twin::NetworkTrace(trace), Ms(25)).flows[0].one_way == Ms(40));
  trace.slots[0].round_trip = Ms(0);
  CHECK(TracePushCase("t", twin::NetworkTrace(trace), Ms(25)).flows[0].one_way == Ms(25));
}

}  // namespace
}  // namespace onair::samples
