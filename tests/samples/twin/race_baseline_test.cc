// SPDX-License-Identifier: Apache-2.0
//
// The gate: controllers over datagrams against what they reached when tests/golden/race_rts.json
// was written. A change that makes one slower to deliver or shyer fails here; README.md beside that
// file says how to write it anew.
#include <cstdlib>
#include <fstream>

#include "samples/twin/case_choice.h"
#include "samples/twin/race_report.h"
#include "tests/samples/twin/push_support.h"
#include "tests/support/paths.h"

namespace onair::samples {
namespace {

// A larger loss of use or growth of delay is a step back; as large a gain belongs into the file.
constexpr double kMostDelayGrowth = 0.05;
constexpr double kMostUseLoss = 0.02;

constexpr int kSeeds = 2;

std::string Path() {
  return testing::SourceDir() + "/tests/golden/race_rts.json";
}

PushCase Cut(const std::string& name, TimeDelta duration) {
  auto found = ChooseCases({name}, Ms(25));
  REQUIRE(found.has_value());
  PushCase one = found->front();
  one.duration = duration;
  return one;
}

// Some of everything, in minutes of virtual time.
std::vector<PushCase> Cases() {
  PushCase steps =
      Link({{Sec(0), Kbps(4000)}, {Sec(8), Kbps(2000)}, {Sec(16), Kbps(4000)}}, Sec(26));
  steps.name = "steps";
  PushCase outage = Cut("blackout1", Sec(20));
  outage.blackouts.front().from = At(10'000);
  return {steps,
          outage,
          Cut("startup", Sec(10)),
          Cut("5.1", Sec(40)),
          Cut("loss5", Sec(20)),
          Cut("loss10", Sec(20)),
          Cut("lte-1", Sec(40)),
          Cut("lte-2", Sec(40)),
          Cut("wifi", Sec(30))};
}

Json RaceOf(const std::vector<std::string>& controllers) {
  RaceConfig config;
  config.cases = Cases();
  for (const std::string& name : controllers) config.runners.push_back({name, Named(name)});
  config.transport = PushTransport::kRts;
  config.seeds = kSeeds;
  config.playout_delay = Ms(200);
  config.threads = 2;
  return RaceReport(config, RunRace(config, nullptr));
}

// What of a report is kept: by controller the means, and by case for those who look for the cause.
Json BaselineOf(const Json& report) {
  Json out = Json::object();
  for (const Json& row : report["summary"]) {
    out[row["controller"].get<std::string>()] = {{"utilisation", row["utilisation"]},
                                                 {"frame_delay_p95_ms", row["frame_delay_p95_ms"]},
                                                 {"cases", Json::object()}};
  }
  for (const Json& row : report["results"]) {
    Json& one = out[row["controller"].get<std::string>()]["cases"][row["case"].get<std::string>()];
    one["utilisation"].push_back(row["utilisation"]);
    one["frame_delay_p95_ms"].push_back(row["frame_delay_ms"]["p95"]);
  }
  return out;
}

Json ReadBaseline() {
  std::ifstream file(Path());
  return Json::parse(file, nullptr, false);
}

double Ratio(const Json& after, const Json& before, const char* field) {
  return after[field].get<double>() / before[field].get<double>();
}

TEST_CASE("No controller over datagrams falls behind its baseline", "[baseline]") {
  // Those that hold a rate whatever comes have nothing to lose.
  std::vector<std::string> controllers;
  for (const std::string_view name : cc::DatagramControllerNames()) {
    if (name != "fixed" && name != "streampack") controllers.emplace_back(name);
  }
  const Json now = BaselineOf(RaceOf(controllers));
  if (std::getenv("ONAIR_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(Path()) << now.dump(1) << '\n';
  }
  const Json baseline = ReadBaseline();
  REQUIRE(baseline.is_object());
  for (const auto& [name, before] : baseline.items()) {
    INFO(name << ": where this is meant, write the baseline anew (tests/golden/README.md)");
    REQUIRE(now.contains(name));
    const Json& after = now[name];
    const double delay = Ratio(after, before, "frame_delay_p95_ms");
    const double use = Ratio(after, before, "utilisation");
    INFO("now " << after.dump() << "\nbefore " << before.dump());
    CHECK(delay <= 1 + kMostDelayGrowth);
    CHECK(use >= 1 - kMostUseLoss);
    if (delay < 1 - kMostDelayGrowth || use > 1 + kMostUseLoss) {
      WARN(name << " is better than its baseline by more than what the gate lets pass: write it "
                   "anew (tests/golden/README.md), or the gain can be lost unseen");
    }
  }
  for (const std::string& name : controllers) {
    if (!baseline.contains(name)) WARN(name << " is not in the baseline");
  }
}

}  // namespace
}  // namespace onair::samples
