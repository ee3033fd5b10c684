// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/race_command.h"

#include <algorithm>
#include <cstdio>
#include <thread>
#include <utility>

#include "platform/runtime/clock.h"
#include "samples/twin/case_choice.h"
#include "samples/twin/race_page.h"
#include "samples/twin/race_report.h"
#include "samples/twin/trace_files.h"
#include "transport/cc/registry.h"

namespace onair::samples {
namespace {

Result<std::vector<PushCase>> CasesOf(const RaceOptions& options) {
  std::vector<std::string> names = options.cases;
  if (names.empty() && options.traces.empty()) names = {"steps", "synthetic"};
  auto cases = ChooseCases(names, options.push.one_way());
  if (!cases) return cases;
  for (const std::string& path : options.traces) {
    auto found = TraceCases(path, options.push.one_way());
    if (!found) return found;
    for (PushCase& one : *found) cases->push_back(std::move(one));
  }
  return cases;
}

Result<std::vector<RaceConfig::Runner>> RunnersOf(const RaceOptions& options) {
  std::vector<std::string> names = options.controllers;
  if (names.empty()) {
    for (const std::string_view name : cc::TcpControllerNames()) names.emplace_back(name);
  }
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

// False: said so.
bool Write(const CommandLine& line, Status written) {
  if (!written) line.Complain(written.error().detail);
  return written.has_value();
}

}  // namespace

CLI::App* AddRaceCommand(CommandLine& line, RaceOptions& o) {
  CLI::App* race = line.app().add_subcommand("race", "Every controller through every case.");
  race->add_option("--transport", o.transport, "tcp (RTMP); rts is not in this build");
  race->add_option("--tcp", o.tcp, "TCP of the publisher, several: reno, cubic, bbr (cubic)")
      ->delimiter(',');
  race->add_option("--controllers", o.controllers, "names (all)")->delimiter(',');
  race->add_option("--cases", o.cases,
                   "rfc8867, steps, synthetic, the name of one of their cases, FILE.json (steps, "
                   "synthetic)")
      ->delimiter(',');
  race->add_option("--traces", o.traces, "files or folders of recordings")->delimiter(',');
  race->add_option("--seeds", o.seeds, "runs of each (1)")->check(CLI::Range(1, 1000));
  race->add_option("--threads", o.threads, "0: as many as cores (0)")->check(CLI::Range(0, 256));
  race->add_option("--html", o.html, "FILE: one page with tables and curves");
  AddPushOptions(*race, o.push);
  return race;
}

int RunRaceCommand(const CommandLine& line, const RaceOptions& options) {
  if (options.transport != "tcp") return line.RefuseLater("--transport " + options.transport);
  auto cases = CasesOf(options);
  if (!cases) return line.Refuse(cases.error().detail);
  auto runners = RunnersOf(options);
  if (!runners) return line.Refuse(runners.error().detail);
  const RaceConfig config{.cases = std::move(*cases),
                          .runners = std::move(*runners),
                          .seeds = options.seeds,
                          .rates = options.push.rates(),
                          .playout_delay = options.push.playout_delay(),
                          .threads = ThreadsOf(options)};
  const std::size_t all =
      config.cases.size() * config.runners.size() * static_cast<std::size_t>(config.seeds);
  std::vector<RaceRun> runs;
  {
    StatusLine status(line.common().is_quiet ? StatusLine::Mode::kQuiet : StatusLine::Mode::kShown);
    runs = RunRace(config,
                   [&](std::size_t done) { status.Show(ProgressText(done, all), runtime::Now()); });
  }
  const Json report = RaceReport(config, runs);
  std::fputs(RaceTable(report).c_str(), stdout);
  const std::string& path = line.common().report;
  if (!path.empty() && !Write(line, WriteReport(path, report))) return kExitFailed;
  if (!options.html.empty() &&
      !Write(line, WriteText(options.html, RacePage(config, runs, report)))) {
    return kExitFailed;
  }
  return kExitDone;
}

}  // namespace onair::samples
