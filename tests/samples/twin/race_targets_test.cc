// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/race_targets.h"

#include "samples/twin/race_report.h"
#include "tests/samples/twin/push_support.h"

namespace onair::samples {
namespace {

RaceConfig Halving() {
  RaceConfig config;
  config.cases = {
      Link({{Sec(0), Kbps(4000)}, {Sec(5), Kbps(2000)}, {Sec(10), Kbps(4000)}}, Sec(15))};
  config.cases.front().name = "half";
  config.runners = {{"delay", Named("delay")}, {"fixed", Named("fixed")}};
  config.transport = PushTransport::kRts;
  return config;
}

PushResult With(const PushResult::Step& fall) {
  PushResult result;
  result.steps = {fall};
  return result;
}

PushResult::Step Fall(std::optional<double> below_ms, double peak_ms) {
  PushResult::Step step;
  step.is_fall = true;
  step.below_capacity_ms = below_ms;
  step.short_queue_ms = 300;
  step.peak_queue_ms = peak_ms;
  return step;
}

const Json& Row(const Json& targets, const std::string& name) {
  for (const Json& row : targets) {
    if (row["name"] == name) return row;
  }
  FAIL("no such line: " << name);
  return targets;
}

TEST_CASE("Lines of targets tell the median of the seeds and whether it is enough") {
  RaceConfig config = Halving();
  config.seeds = 3;
  std::vector<RaceRun> runs;
  for (const double below : {100, 140, 900}) runs.push_back({0, 0, 1, With(Fall(below, 110))});
  for (int i = 0; i < 3; ++i) runs.push_back({0, 1, 1, With(Fall(std::nullopt, 600))});

  const Json targets = TargetsOf(config, runs);
  const Json& below = Row(targets, "capacity halves: rate <= capacity, ms");
  CHECK(below["results"][0]["value"] == 140);
  CHECK(below["results"][0]["p90"] == 900);
  CHECK(below["results"][0]["is_met"] == true);
  // It never did.
  CHECK(below["results"][1]["value"].is_null());
  CHECK(below["results"][1]["is_met"] == false);
  const Json& peak = Row(targets, "capacity halves: peak queue, ms");
  CHECK(peak["results"][0]["is_met"] == true);
  CHECK(peak["results"][1]["is_met"] == false);

  const std::string table = TargetTable(targets);
  CHECK(table.find("140  yes") != std::string::npos);
  CHECK(table.find("never  no") != std::string::npos);
}

TEST_CASE("A recording's use counts for nothing where its queue is too long") {
  RaceConfig config = Halving();
  config.cases.front().group = "traces";
  config.cases.front().name = "mahimahi/TMobile-LTE-short.down";
  PushResult result;
  result.utilisation = 0.9;
  const auto use_at = [&](double queue_ms) {
    result.queue_ms.p95 = queue_ms;
    const Json targets = TargetsOf(config, {{0, 0, 1, result}});
    return Row(targets, "LTE: utilisation, 0 where queue p95 > 100 ms")["results"][0]["value"];
  };
  CHECK(use_at(100) == 0.9);
  CHECK(use_at(101) == 0);
}

TEST_CASE("What a sender keeps to itself counts as delay, and use at a long one as none") {
  RaceConfig config = Halving();
  config.cases.front().group = "lte8";
  config.cases.front().flows.front().one_way = Ms(25);
  PushResult result;
  result.utilisation = 0.9;
  result.queue_ms.p95 = 5;
  result.frame_delay_ms.p95 = 120;
  const auto use_of = [&] {
    const Json targets = TargetsOf(config, {{0, 0, 1, result}});
    const Json& delay = Row(targets, "LTE: capture to delivered, way apart, p95, ms");
    CHECK(delay["results"][0]["value"] == *result.frame_delay_ms.p95 - 25);
    return Row(targets, "LTE: utilisation, 0 where that is > 100 ms")["results"][0]["value"];
  };
  CHECK(use_of() == 0.9);
  result.frame_delay_ms.p95 = 130;
  CHECK(use_of() == 0);
}

TEST_CASE("Lines about cases that did not run are left out") {
  const RaceConfig config = Halving();
  const Json targets = TargetsOf(config, {{0, 0, 1, With(Fall(100, 100))}});
  for (const Json& row : targets) {
    CHECK(row["name"].get<std::string>().find("capacity") == 0);
  }
  CHECK(targets.size() == 4);
  CHECK(TargetTable(Json::array()).empty());
}

TEST_CASE("A race over datagrams reports its targets, one over TCP none") {
  RaceConfig config = Halving();
  const Json rts = RaceReport(config, RunRace(config, nullptr));
  CHECK(rts["targets"].size() == 4);
  CHECK(rts["results"][0]["goodput"].is_number());
  config.transport = PushTransport::kTcp;
  CHECK(RaceReport(config, RunRace(config, nullptr))["targets"].empty());
}

TEST_CASE("One seed of a long case stands for the others") {
  RaceConfig config = Halving();
  config.cases.front().is_long = true;
  config.seeds = 3;
  const auto runs = RunRace(config, nullptr);
  REQUIRE(runs.size() == 6);
  CHECK(runs[1].result.log_hash == runs[0].result.log_hash);
  CHECK(runs[2].result.log_hash == runs[0].result.log_hash);
  CHECK(runs[3].result.log_hash != runs[0].result.log_hash);
  CHECK(runs[2].result.timeline.empty());
}

}  // namespace
}  // namespace onair::samples
