// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/race_command.h"

#include <algorithm>
#include <cstdio>
#include <functional>
#include <iterator>
#include <thread>
#include <utility>

#include "platform/runtime/clock.h"
#include "samples/common/process_usage.h"
#include "samples/twin/case_choice.h"
#include "samples/twin/race_page.h"
#include "samples/twin/race_report.h"
#include "samples/twin/race_targets.h"
#include "samples/twin/rts_cases.h"
#include "samples/twin/trace_files.h"
#include "transport/cc/registry.h"

namespace onair::samples {
namespace {

constexpr const char* kTargets = "targets";

bool IsRts(const RaceOptions& options) {
  return options.push.push_transport() == PushTransport::kRts;
}

bool AsksForTargets(const std::vector<std::string>& names) {
  return std::ranges::find(names, kTargets) != names.end();
}

std::vector<std::string> NamesOf(const RaceOptions& options) {
  std::vector<std::string> names = options.cases;
  if (names.empty() && options.traces.empty()) {
    names = IsRts(options) ? std::vector<std::string>{kTargets}
                           : std::vector<std::string>{"steps", "synthetic"};
  }
  if (!AsksForTargets(names)) return names;
  std::erase(names, kTargets);
  for (std::string& name : TargetCaseNames()) names.push_back(std::move(name));
  if (options.traces.empty()) names.emplace_back("lte8");
  return names;
}

Result<std::vector<PushCase>> RecordingsOf(const RaceOptions& options) {
  std::vector<PushCase> cases;
  for (const std::string& path : options.traces) {
    auto found = TraceCases(path, options.push.one_way());
    if (!found) return found;
    std::move(found->begin(), found->end(), std::back_inserter(cases));
  }
  // The targets' lines are about eight of them.
  const auto is_of_lte8 = [](const PushCase& one) { return IsOfLte8(one.name); };
  if (AsksForTargets(options.cases) && std::ranges::any_of(cases, is_of_lte8)) {
    std::erase_if(cases, std::not_fn(is_of_lte8));
  }
  return cases;
}

Result<std::vector<PushCase>> CasesOf(const RaceOptions& options) {
  auto cases = ChooseCases(NamesOf(options), options.push.one_way());
  if (!cases) return cases;
  auto recordings = RecordingsOf(options);
  if (!recordings) return recordings;
  std::move(recordings->begin(), recordings->end(), std::back_inserter(*cases));
  // Feedback by transport-wide numbers has no room for marks, so our datagrams ask for none.
  if (IsRts(options)) std::erase_if(*cases, [](const PushCase& one) { return one.has_ecn; });
  if (cases->empty()) return Fail(ErrorCode::kInvalidConfig, "no case is left over datagrams");
  return cases;
}

// Arms race instead of all controllers, or beside those that are named.
Result<std::vector<RaceConfig::Runner>> RunnersOf(const RaceOptions& options,
                                                  const std::optional<qos::Policy>& policy) {
  std::vector<std::string> names = options.controllers;
  if (names.empty() && !policy) names = ControllersFor(options.push.push_transport());
  std::vector<RaceConfig::Runner> runners;
  for (const std::string& tcp : options.tcp) {
    const auto algorithm = FindTcp(tcp);
    if (!algorithm) return Fail(ErrorCode::kInvalidConfig, "--tcp " + tcp + ": reno, cubic, bbr");
    for (const std::string& name : names) {
      auto make = FindController(name);
      if (!make) return Forward(make);
      runners.push_back(
          {options.tcp.size() > 1 ? name + "@" + tcp : name, std::move(*make), *algorithm});
    }
    if (!policy) continue;
    for (const qos::Policy::Arm& arm : policy->arms) {
      const std::string name = RunnerOf(arm);
      runners.push_back({options.tcp.size() > 1 ? name + "@" + tcp : name,
                         ArmController(*policy, arm, options.push.qos_place()), *algorithm});
    }
  }
  return runners;
}

int ThreadsOf(const RaceOptions& options) {
  if (options.threads > 0) return options.threads;
  return static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
}

std::string ProgressText(std::size_t done, std::size_t all) {
  return std::to_string(done) + " of " + std::to_string(all) + " runs";
}

// Of all threads together.
void TellSpeed(const RaceConfig& config, TimeDelta took) {
  double simulated_s = 0;
  for (const PushCase& one : config.cases) {
    const double seeds = one.is_long ? 1 : config.seeds;
    simulated_s += one.duration.seconds_f() * seeds * static_cast<double>(config.runners.size());
  }
  std::printf("\n%.0f s in %.2f s of one core: %.0f times real time\n", simulated_s,
              took.seconds_f(), simulated_s / std::max(took.seconds_f(), 1e-3));
}

// False: said so.
bool Write(const CommandLine& line, Status written) {
  if (!written) line.Complain(written.error().detail);
  return written.has_value();
}

}  // namespace

CLI::App* AddRaceCommand(CommandLine& line, RaceOptions& o) {
  CLI::App* race = line.app().add_subcommand("race", "Every controller through every case.");
  race->add_option("--tcp", o.tcp, "TCP of the publisher, several: reno, cubic, bbr (cubic)")
      ->delimiter(',');
  race->add_option("--controllers", o.controllers, "names (all; with --qos none)")->delimiter(',');
  race->add_option(
          "--cases", o.cases,
          "rfc8867, steps, synthetic, startup, loss, grid, mobility, fairness, idle, lte8, the "
          "name of one of their cases, FILE.json; targets: what rts must show "
          "(tcp: steps, synthetic; rts: targets)")
      ->delimiter(',');
  race->add_option("--traces", o.traces, "files or folders of recordings")->delimiter(',');
  race->add_option("--seeds", o.seeds, "runs of each (1)")->check(CLI::Range(1, 1000));
  race->add_option("--threads", o.threads, "0: as many as cores (0)")->check(CLI::Range(0, 256));
  race->add_option("--html", o.html, "FILE: one page with tables and curves");
  AddPushOptions(*race, o.push);
  return race;
}

int RunRaceCommand(const CommandLine& line, const RaceOptions& options) {
  auto cases = CasesOf(options);
  if (!cases) return line.Refuse(cases.error().detail);
  std::optional<qos::Policy> policy;
  if (!options.push.qos.empty()) {
    auto read = ReadPolicy(options.push.qos);
    if (!read) return line.Refuse("--qos: " + read.error().detail);
    policy = std::move(*read);
  }
  auto runners = RunnersOf(options, policy);
  if (!runners) return line.Refuse(runners.error().detail);
  const RaceConfig config{.cases = std::move(*cases),
                          .runners = std::move(*runners),
                          .transport = options.push.push_transport(),
                          .seeds = options.seeds,
                          .rates = options.push.rates(),
                          .playout_delay = options.push.playout_delay(),
                          .threads = ThreadsOf(options)};
  const std::size_t all =
      config.cases.size() * config.runners.size() * static_cast<std::size_t>(config.seeds);
  const TimeDelta before = UsageNow().cpu;
  std::vector<RaceRun> runs;
  {
    StatusLine status(line.common().is_quiet ? StatusLine::Mode::kQuiet : StatusLine::Mode::kShown);
    runs = RunRace(config,
                   [&](std::size_t done) { status.Show(ProgressText(done, all), runtime::Now()); });
  }
  Json report = RaceReport(config, runs);
  if (policy) report["qos"] = QosOf(*policy, options.push.qos_place());
  std::fputs(RaceTable(report).c_str(), stdout);
  if (!report["targets"].empty()) {
    std::fputs(("\n" + TargetTable(report["targets"])).c_str(), stdout);
    if (options.traces.empty()) {
      std::puts("\nLTE: of generated lines; recordings are skipped, for --traces names none");
    }
  }
  TellSpeed(config, UsageNow().cpu - before);
  const std::string& path = line.common().report;
  if (!path.empty() && !Write(line, WriteReport(path, report))) return kExitFailed;
  if (!options.html.empty() &&
      !Write(line, WriteText(options.html, RacePage(config, runs, report)))) {
    return kExitFailed;
  }
  return kExitDone;
}

}  // namespace onair::samples
