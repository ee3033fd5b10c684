// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/tune.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "tests/samples/twin/push_support.h"
#include "transport/qos/policy_text.h"

namespace onair::samples {
namespace {

double ValueOf(const cc::Parameters& parameters, std::string_view name, double otherwise) {
  const auto found = std::ranges::find(parameters, name, &cc::Parameter::name);
  return found == parameters.end() ? otherwise : found->value;
}

PushCase Called(const std::string& name, const std::string& group = "planted") {
  PushCase one = Link({{Sec(0), Kbps(2000)}}, Sec(10));
  one.name = name;
  one.group = group;
  return one;
}

PushResult Worth(double utilisation) {
  PushResult result;
  result.utilisation = utilisation;
  result.frame_delay_ms.p95 = 100;
  return result;
}

// A world in which use=0.8 and drain_ms=500 are best, whatever the case.
struct Planted {
  std::vector<std::string> cases = {};  // As they ran.
  std::set<std::uint64_t> search_seeds = {}, held_out_seeds = {};
  double held_out_bonus = 0;  // Of what is not usual, on held-out cases.

  static double At(const cc::Parameters& parameters) {
    const double use = ValueOf(parameters, "use", 0.97);
    const double drain = ValueOf(parameters, "drain_ms", 200);
    return 0.9 - std::pow(use - 0.8, 2) * 4 - std::pow(std::log(drain / 500), 2) * 0.05;
  }
  TuneConfig Config(std::size_t budget) {
    TuneConfig config;
    config.controller = "onair";
    config.place.transport = PushTransport::kRts;
    for (const auto& info : cc::ParametersOf("onair", cc::LineKind::kDatagrams)) {
      if (info.name == "use" || info.name == "drain_ms") config.parameters.push_back(info);
    }
    config.search = {Called("a"), Called("b"), Called("c"), Called("d")};
    config.held_out = {Called("x"), Called("y")};
    config.budget = budget;
    config.run = [this](const PushCase& one, const cc::Parameters& parameters, std::uint64_t seed) {
      cases.push_back(one.name);
      const bool is_held_out = one.name == "x" || one.name == "y";
      (is_held_out ? held_out_seeds : search_seeds).insert(seed);
      const double bonus = is_held_out && !parameters.empty() ? held_out_bonus : 0;
      return Worth(At(parameters) + bonus);
    };
    return config;
  }
};

TEST_CASE(
    "Tuning finds planted parameters within its budget, and they hold on what it had not seen") {
  Planted planted;
  const TuneConfig config = planted.Config(800);
  const TuneReport report = Tune(config);
  CHECK(ValueOf(report.best, "use", 0.97) == Approx(0.8).margin(0.04));
  CHECK(ValueOf(report.best, "drain_ms", 200) == Approx(500).epsilon(0.3));
  CHECK(report.search_best.points > report.search_usual.points + 10);
  CHECK(report.held_out_best.points > report.held_out_usual.points + 10);
  CHECK(report.holds());
  CHECK(report.runs == planted.cases.size());
  CHECK(report.runs <= config.budget);
}

TEST_CASE("What is held out runs after the search, by its own seeds, and chooses nothing") {
  Planted planted;
  const TuneReport report = Tune(planted.Config(200));
  const auto is_held_out = [](const std::string& name) { return name == "x" || name == "y"; };
  const auto first = std::ranges::find_if(planted.cases, is_held_out);
  REQUIRE(first != planted.cases.end());
  CHECK(std::all_of(first, planted.cases.end(), is_held_out));
  // Two cases, two seeds, the usual values and the best ones.
  CHECK(planted.cases.end() - first == 8);
  for (const std::uint64_t seed : planted.held_out_seeds) {
    CHECK_FALSE(planted.search_seeds.contains(seed));
  }
  Planted other;
  other.held_out_bonus = -0.5;
  const TuneReport again = Tune(other.Config(200));
  CHECK(again.best == report.best);
  CHECK(again.search_best.points == report.search_best.points);
  CHECK(report.holds());
  CHECK_FALSE(again.holds());
}

TEST_CASE("The same seed gives the same report on one thread and on several, in the twin too") {
  const auto tune = [](int threads) {
    TuneConfig config;
    config.controller = "gcc";
    config.place.transport = PushTransport::kRts;
    config.parameters = cc::ParametersOf("gcc", cc::LineKind::kDatagrams);
    config.search = {Called("a"), Link({{Sec(0), Kbps(3000)}, {Sec(4), Kbps(1000)}}, Sec(8))};
    config.held_out = {Called("x")};
    config.seeds = 1;
    config.threads = threads;
    config.budget = 30;
    return TuneJson(config, Tune(config)).dump();
  };
  const std::string one = tune(1);
  CHECK(one == tune(1));
  CHECK(one == tune(3));
}

TEST_CASE("A target that the usual values meet is not given up for points") {
  Planted planted;
  TuneConfig config = planted.Config(300);
  // "loss30" has a line in the targets' table: goodput of half of the link.
  config.search = {Called("loss30", "loss"), Called("b")};
  config.run = [](const PushCase&, const cc::Parameters& parameters, std::uint64_t) {
    PushResult result = Worth(Planted::At(parameters));
    result.goodput = ValueOf(parameters, "use", 0.97) < 0.9 ? 0.49 : 0.6;
    return result;
  };
  const TuneReport report = Tune(config);
  CHECK(ValueOf(report.best, "use", 0.97) >= 0.9);
  CHECK(report.search_best.missed.empty());
  CHECK(std::ranges::any_of(report.tried, [](const TuneReport::Tried& one) {
    return one.how.fate == TuneTried::Fate::kRefused;
  }));
}

TEST_CASE(
    "The policy of a search is one that can be used, and deals nobody into what does not hold") {
  for (const double bonus : {0.0, -0.5}) {
    Planted planted;
    planted.held_out_bonus = bonus;
    TuneConfig config = planted.Config(200);
    config.place.network = NetworkKind::kCellular;
    const TuneReport report = Tune(config);
    const auto read = qos::ParsePolicy(qos::PrintPolicy(PolicyOf(config, report)));
    REQUIRE(read);
    REQUIRE(read->arms.size() == 2);
    const QosChoice control =
        qos::ChooseIn(*read, read->arms[0], NetworkKind::kCellular, cc::LineKind::kDatagrams);
    CHECK(control.controller == "onair");
    CHECK(control.parameters.empty());
    CHECK(read->arms[1].per_mille == (bonus < 0 ? 0 : 500));
    const QosChoice choice =
        qos::ChooseIn(*read, read->arms[1], NetworkKind::kCellular, cc::LineKind::kDatagrams);
    CHECK(choice.controller == "onair");
    CHECK(choice.parameters == report.best);
    const QosChoice other =
        qos::ChooseIn(*read, read->arms[1], NetworkKind::kWifi, cc::LineKind::kDatagrams);
    CHECK(other.controller.empty());
  }
}

TEST_CASE("Every group of two or more cases is on both sides of the split, and no case is twice") {
  const TuneSplit split = SplitCases({Called("a1", "a"), Called("a2", "a"), Called("a3", "a"),
                                      Called("a4", "a"), Called("a5", "a"), Called("b1", "b")});
  const auto names = [](const std::vector<PushCase>& cases) {
    std::vector<std::string> out;
    for (const PushCase& one : cases) out.push_back(one.name);
    return out;
  };
  CHECK(names(split.search) == std::vector<std::string>{"a1", "a3", "a4", "b1"});
  CHECK(names(split.held_out) == std::vector<std::string>{"a2", "a5"});
}

TEST_CASE("Points fall with delay and freezes, and a run that delivered nothing is the worst") {
  PushResult good = Worth(0.9);
  CHECK(TunePoints(good) == Approx(80));
  good.freeze_percent = 2;
  CHECK(TunePoints(good) == Approx(70));
  CHECK(TunePoints(PushResult{}) == Approx(-100));
}

}  // namespace
}  // namespace onair::samples
