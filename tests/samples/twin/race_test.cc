// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/race.h"

#include "samples/twin/race_report.h"
#include "tests/samples/twin/push_support.h"

namespace onair::samples {
namespace {

RaceConfig Small(int threads) {
  RaceConfig config;
  config.cases = {Link({{Sec(0), Kbps(3000)}, {Sec(5), Kbps(1000)}}, Sec(12)),
                  Link({{Sec(0), Kbps(2000)}}, Sec(9))};
  config.cases[1].name = "other";
  config.runners = {{"fixed", Named("fixed")},
                    {"obs", Named("obs"), twin::TcpAlgorithm::kBbr},
                    {"streampack", Named("streampack")}};
  config.seeds = 2;
  config.threads = threads;
  return config;
}

TEST_CASE("A race gives every run once, in order, the same on one thread and on several") {
  const RaceConfig config = Small(1);
  const auto one = RunRace(config, nullptr);
  const auto four = RunRace(Small(4), nullptr);
  REQUIRE(one.size() == 12);
  REQUIRE(four.size() == 12);
  for (std::size_t i = 0; i < one.size(); ++i) {
    CHECK(one[i].push_case == i / 6);
    CHECK(one[i].runner == i / 2 % 3);
    CHECK(one[i].seed == 1 + i % 2);
    CHECK(one[i].result.log_hash == four[i].result.log_hash);
    CHECK(one[i].result.timeline.empty() == (one[i].seed != 1));
  }
  CHECK(RaceReport(config, one).dump() == RaceReport(config, four).dump());
}

TEST_CASE("A race tells how far it is and ends at its end") {
  std::size_t last = 0;
  const auto runs = RunRace(Small(2), [&](std::size_t done) {
    CHECK(done >= last);
    last = done;
  });
  CHECK(last == runs.size());
}

TEST_CASE("The report has the fields that others rely on") {
  const RaceConfig config = Small(2);
  const Json report = RaceReport(config, RunRace(config, nullptr));
  REQUIRE(report["results"].size() == 12);
  for (const char* field :
       {"controller", "case", "seed", "utilisation", "queue_ms", "frame_delay_ms", "freeze_percent",
        "loss_percent", "overhead_percent", "mean_kbps"}) {
    INFO(field);
    CHECK(report["results"][0].contains(field));
  }
  for (const char* field : {"mean", "p95", "max"}) {
    CHECK(report["results"][0]["queue_ms"][field].is_number());
  }
  for (const char* field : {"p50", "p95", "p99"}) {
    CHECK(report["results"][0]["frame_delay_ms"][field].is_number());
  }
  REQUIRE(report["summary"].size() == 3);
  for (const char* field : {"utilisation", "frame_delay_p95_ms", "freeze_percent", "score"}) {
    CHECK(report["summary"][2][field].is_number());
  }
  CHECK(report["summary"][2]["controller"] == "streampack");
}

TEST_CASE("A summary is the mean over cases, each of equal weight") {
  const RaceConfig config = Small(2);
  const Json report = RaceReport(config, RunRace(config, nullptr));
  double use = 0;
  for (const Json& r : report["results"]) {
    if (r["controller"] == "obs") use += r["utilisation"].get<double>() / 4;
  }
  CHECK(report["summary"][1]["utilisation"].get<double>() == Approx(use).margin(1e-3));
}

TEST_CASE("A run in which no picture came counts as the worst, not as none") {
  RaceConfig config = Small(1);
  config.cases = {Link({{Sec(0), Kbps(0)}}, Sec(9))};
  config.seeds = 1;
  const Json report = RaceReport(config, RunRace(config, nullptr));
  CHECK(report["results"][0]["frame_delay_ms"]["p95"].is_null());
  CHECK(report["results"][0]["utilisation"].is_null());
  CHECK(report["summary"][0]["frame_delay_p95_ms"] == 9000);
  CHECK(report["summary"][0]["freeze_percent"] == 100);
  CHECK(report["summary"][0]["score"] == 0);
}

TEST_CASE("Where flows differ in priority their shares are told beside those asked for") {
  RaceConfig config;
  config.cases = {Link({{Sec(0), Kbps(3000)}}, Sec(10))};
  config.cases[0].flows = {{.priority = 3}, {}};
  config.runners = {{"fixed", Named("fixed")}};
  config.seeds = 2;
  const Json report = RaceReport(config, RunRace(config, nullptr));
  REQUIRE(report["shares"].size() == 1);
  const Json& flows = report["shares"][0]["flows"];
  CHECK(flows[0]["priority"] == 3);
  CHECK(flows[0]["asked_share"].get<double>() == Approx(0.75));
  CHECK(flows[0]["share"].get<double>() + flows[1]["share"].get<double>() ==
        Approx(1).margin(0.01));
  CHECK(RaceTable(report).find("/0.75") != std::string::npos);
}

TEST_CASE("Steps are told as median and p90 over seeds") {
  const RaceConfig config = Small(2);
  const Json report = RaceReport(config, RunRace(config, nullptr));
  REQUIRE(report["steps"].size() == 3);  // One step of one case, three controllers.
  CHECK(report["steps"][0]["at_s"] == 5);
  CHECK(report["steps"][0]["before_kbps"] == 3000);
  CHECK(report["steps"][0]["seeds"] == 2);
  CHECK(report["steps"][0]["below_capacity_ms"]["count"].get<int>() == 0);  // "fixed" stays.
  CHECK(report["shares"].empty());  // Nobody has a priority.
  const std::string table = RaceTable(report);
  CHECK(table.find("streampack") != std::string::npos);
  CHECK(table.find("nan") == std::string::npos);
}

}  // namespace
}  // namespace onair::samples
