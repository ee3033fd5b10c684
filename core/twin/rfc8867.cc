// SPDX-License-Identifier: Apache-2.0
#include "core/twin/rfc8867.h"

#include <string_view>
#include <utility>

namespace onair::twin {
namespace {

using Steps = std::vector<EvalCase::Step>;
using Flow = EvalCase::Flow;

constexpr TimeDelta Sec(std::int64_t s) {
  return TimeDelta::Seconds(s);
}
constexpr TimeDelta Ms(std::int64_t ms) {
  return TimeDelta::Millis(ms);
}
constexpr DataRate Kbps(std::int64_t kbps) {
  return DataRate::KilobitsPerSec(kbps);
}
const Steps kConstant = {{Sec(0), 1.0}};

std::vector<EvalCase::Bottleneck> Single(Steps steps) {
  return {{"A-B", std::move(steps)}};
}

// Table 1.
EvalCase VariableSingle() {
  EvalCase c{"5.1",
             "variable capacity, one flow",
             Sec(100),
             Kbps(1000),
             Single({{Sec(0), 1.0}, {Sec(40), 2.5}, {Sec(60), 0.6}, {Sec(80), 1.0}}),
             {},
             {{Sec(0), Sec(99)}}};
  c.one_ways = {Ms(50), Ms(100)};
  c.background_link = Kbps(4000);
  return c;
}

// Table 2; the flows end with the test.
EvalCase VariableMultiple() {
  EvalCase c{
      "5.2",
      "variable capacity, two flows",
      Sec(125),
      Kbps(2000),
      Single({{Sec(0), 2.0}, {Sec(25), 1.0}, {Sec(50), 1.75}, {Sec(75), 0.5}, {Sec(100), 1.0}}),
      {},
      {{Sec(0), Sec(124)}, {Sec(0), Sec(124)}}};
  c.one_ways = {Ms(50), Ms(100)};
  c.background_link = Kbps(4000);
  return c;
}

// Tables 3 and 4.
EvalCase CongestedFeedback() {
  EvalCase c{"5.3",
             "congested feedback, both directions",
             Sec(100),
             Kbps(1000),
             Single({{Sec(0), 2.0}, {Sec(20), 1.0}, {Sec(40), 0.5}, {Sec(60), 2.0}}),
             {{Sec(0), 2.0}, {Sec(35), 0.8}, {Sec(70), 2.0}},
             {{Sec(0), Sec(99)}, {Sec(0), Sec(99), EvalCase::Direction::kBackward}}};
  c.background_link = Kbps(4000);
  return c;
}

// Table 5.
EvalCase Competing() {
  return {"5.4",
          "three flows that join one after the other",
          Sec(120),
          Kbps(3500),
          Single(kConstant),
          {},
          {{Sec(0), Sec(119)}, {Sec(20), Sec(119)}, {Sec(40), Sec(119)}}};
}

// Table 6.
EvalCase RoundTripFairness() {
  EvalCase c{
      "5.5", "five flows of different round trips", Sec(300), Kbps(4000), Single(kConstant), {},
      {}};
  constexpr std::int64_t kOneWayMs[] = {10, 25, 50, 100, 150};
  for (std::int64_t i = 0; i < 5; ++i) {
    c.flows.push_back({Sec(10 * i), Sec(299), EvalCase::Direction::kForward, Ms(kOneWayMs[i])});
  }
  return c;
}

EvalCase LongTcpFlow() {
  EvalCase c{"5.6", "against a long TCP flow", Sec(120), Kbps(2000), Single(kConstant),
             {},    {{Sec(5), Sec(119)}}};
  c.tcp = {{EvalCase::Tcp::Kind::kLong, 1, 1, Sec(0), Sec(119)}};
  c.queues = {Ms(300), Ms(1000)};
  return c;
}

EvalCase ShortTcpFlows() {
  EvalCase c{"5.7",
             "against short TCP flows",
             Sec(300),
             Kbps(2000),
             Single(kConstant),
             {},
             {{Sec(5), Sec(299)}, {Sec(5), Sec(299)}}};
  c.tcp = {{EvalCase::Tcp::Kind::kShort, 10, 2, Sec(0), Sec(300)}};
  return c;
}

// The prose pauses the third stream, the timeline the second: the timeline is exact.
EvalCase PauseAndResume() {
  EvalCase c{"5.8",
             "a flow that pauses",
             Sec(120),
             Kbps(3500),
             Single(kConstant),
             {},
             {{Sec(0), Sec(119)}, {Sec(0), Sec(119)}, {Sec(0), Sec(119)}}};
  c.flows[1].pause = {Sec(40), Sec(60)};
  return c;
}

EvalCase Priorities() {
  EvalCase c = Competing();
  c.id = "6.1";
  c.title = "three flows, the first of double priority";
  c.flows[0].priority = 2;
  return c;
}

// Figure 7: S1 goes all the way, S2 through the first and S3 through the last bottleneck.
EvalCase MultipleBottlenecks() {
  EvalCase c{"6.3",
             "two bottlenecks in a row",
             Sec(300),
             Kbps(2000),
             {{"A-B", {{Sec(0), 1.0}}}, {"B-C", {{Sec(0), 4.0}}}, {"C-D", {{Sec(0), 0.75}}}},
             {},
             {}};
  const auto add = [&c](TimeDelta one_way, std::size_t first, std::size_t last) {
    c.flows.push_back(
        {Sec(0), Sec(299), EvalCase::Direction::kForward, one_way, std::nullopt, 1, first, last});
  };
  add(Ms(100), 0, 2);
  add(Ms(40), 0, 0);
  add(Ms(40), 2, 2);
  return c;
}

}  // namespace

RateSchedule EvalCase::Schedule(const std::vector<Step>& steps, Timestamp start) const {
  RateSchedule schedule(reference.Scaled(steps.front().ratio));
  for (const Step& step : steps) schedule.Change(start + step.from, reference.Scaled(step.ratio));
  return schedule;
}

RateSchedule EvalCase::Background(const std::vector<Step>& steps, Timestamp start) const {
  RateSchedule schedule(DataRate::Zero());
  for (const Step& step : steps) {
    const DataRate rest = background_link - reference.Scaled(step.ratio);
    schedule.Change(start + step.from, std::max(rest, DataRate::Zero()));
  }
  return schedule;
}

std::vector<EvalCase> Rfc8867Cases() {
  std::vector<EvalCase> cases = {VariableSingle(), VariableMultiple(),  CongestedFeedback(),
                                 Competing(),      RoundTripFairness(), LongTcpFlow(),
                                 ShortTcpFlows(),  PauseAndResume(),    Priorities()};
  for (std::size_t i = 0; i < 8; ++i) {
    EvalCase with_ecn = cases[i];
    with_ecn.id = "6.2/" + with_ecn.id;
    with_ecn.title += ", with ECN";
    with_ecn.has_ecn = true;
    cases.push_back(std::move(with_ecn));
  }
  cases.push_back(MultipleBottlenecks());
  return cases;
}

std::optional<EvalCase> FindRfc8867Case(std::string_view id) {
  for (EvalCase& c : Rfc8867Cases()) {
    if (c.id == id) return std::move(c);
  }
  return std::nullopt;
}

}  // namespace onair::twin
