// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/race_command.h"

#include <algorithm>
#include <cstdio>
#include <thread>

#include "samples/twin/race_report.h"
#include "samples/twin/standard_cases.h"
#include "samples/twin/trace_files.h"
#include "transport/cc/registry.h"

namespace onair::samples {
namespace {

std::optional<twin::TcpAlgorithm> AlgorithmOf(const std::string& name) {
  if (name == "reno") return twin::TcpAlgorithm::kReno;
  if (name == "cubic") return twin::TcpAlgorithm::kCubic;
  if (name == "bbr") return twin::TcpAlgorithm::kBbr;
  return std::nullopt;
}

void Append(std::vector<PushCase>& all, std::vector<PushCase> more) {
  for (PushCase& one : more) all.push_back(std::move(one));
}

// "rfc8867", "steps", "synthetic", or one case of them by its name.
Status AddCases(const std::string& name, TimeDelta one_way, std::vector<PushCase>& cases) {
  std::vector<PushCase> known = Rfc8867PushCases();
  Append(known, StepPushCases(one_way));
  Append(known, SyntheticPushCases(one_way));
  bool is_found = false;
  for (PushCase& one : known) {
    if (one.group != name && one.name != name) continue;
    is_found = true;
    cases.push_back(std::move(one));
  }
  if (!is_found) return Fail(ErrorCode::kInvalidConfig, "no case is called '" + name + "'");
  return {};
}

Result<std::vector<PushCase>> CasesOf(const RaceOptions& options) {
  std::vector<PushCase> cases;
  const TimeDelta one_way = TimeDelta::SecondsF(options.rtt_ms / 2e3);
  for (const std::string& name : options.cases) {
    if (auto added = AddCases(name, one_way, cases); !added) return Forward(added);
  }
  for (const std::string& path : options.traces) {
    auto found = TraceCases(path, one_way);
    if (!found) return Forward(found);
    Append(cases, std::move(*found));
  }
  if (cases.empty()) {
    Append(cases, StepPushCases(one_way));
    Append(cases, SyntheticPushCases(one_way));
  }
  return cases;
}

Result<std::vector<RaceConfig::Runner>> RunnersOf(const RaceOptions& options) {
  std::vector<std::string> names = options.controllers;
  if (names.empty()) {
    for (const std::string_view name : cc::ControllerNames()) names.emplace_back(name);
  }
  std::vector<RaceConfig::Runner> runners;
  for (const std::string& tcp : options.tcp) {
    const auto algorithm = AlgorithmOf(tcp);
    if (!algorithm) return Fail(ErrorCode::kInvalidConfig, "--tcp " + tcp + ": reno, cubic, bbr");
    for (const std::string& name : names) {
      auto tried = cc::MakeController(name, {});
      if (!tried) return Forward(tried);
      runners.push_back({options.tcp.size() > 1 ? name + "@" + tcp : name,
                         [name](const cc::ControllerConfig& config) {
                           return std::move(*cc::MakeController(name, config));
                         },
                         *algorithm});
    }
  }
  return runners;
}

PushRates RatesOf(const RaceOptions& options) {
  return {DataRate::KilobitsPerSec(options.min_bitrate), DataRate::KilobitsPerSec(options.bitrate),
          DataRate::KilobitsPerSec(
              std::clamp(options.start_bitrate, options.min_bitrate, options.bitrate)),
          DataRate::KilobitsPerSec(options.audio_bitrate)};
}

}  // namespace

CLI::App* AddRaceCommand(CommandLine& line, RaceOptions& o) {
  CLI::App* race = line.app().add_subcommand("race", "Every controller through every case.");
  race->add_option("--transport", o.transport, "tcp or rts")->capture_default_str();
  race->add_option("--tcp", o.tcp, "TCP of the publisher: reno, cubic, bbr")->delimiter(',');
  race->add_option("--controllers", o.controllers, "names (all)")->delimiter(',');
  race->add_option("--cases", o.cases, "rfc8867, steps, synthetic, one of their names, FILE.json")
      ->delimiter(',');
  race->add_option("--traces", o.traces, "files or folders of recordings")->delimiter(',');
  race->add_option("--seeds", o.seeds, "runs of each")->check(CLI::Range(1, 1000));
  race->add_option("--rtt", o.rtt_ms, "ms, where a case does not tell")->check(CLI::Range(2, 5000));
  race->add_option("--playout", o.playout_ms, "ms from capture to the viewer's eyes")
      ->check(CLI::Range(0, 60000));
  race->add_option("--min-bitrate", o.min_bitrate, "kbit/s")->check(CLI::Range(50, 50000));
  race->add_option("--bitrate", o.bitrate, "kbit/s, most")->check(CLI::Range(50, 50000));
  race->add_option("--start-bitrate", o.start_bitrate, "kbit/s")->check(CLI::Range(50, 50000));
  race->add_option("--audio-bitrate", o.audio_bitrate, "kbit/s")->check(CLI::Range(16, 320));
  race->add_option("--threads", o.threads, "0: as many as cores")->check(CLI::Range(0, 256));
  race->add_option("--html", o.html, "FILE: one page with everything");
  return race;
}

int RunRaceCommand(const CommandLine& line, const RaceOptions& options) {
  if (options.transport != "tcp") return line.RefuseLater("--transport " + options.transport);
  auto cases = CasesOf(options);
  if (!cases) return line.Refuse(cases.error().detail);
  auto runners = RunnersOf(options);
  if (!runners) return line.Refuse(runners.error().detail);
  RaceConfig config{.cases = std::move(*cases),
                    .runners = std::move(*runners),
                    .seeds = options.seeds,
                    .rates = RatesOf(options),
                    .playout_delay = TimeDelta::SecondsF(options.playout_ms / 1e3),
                    .threads = options.threads};
  if (config.threads == 0)
    config.threads = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  const std::vector<RaceRun> runs = RunRace(config, nullptr);
  const Json report = RaceReport(config, runs);
  std::fputs(RaceTable(report).c_str(), stdout);
  if (!line.common().report.empty()) {
    if (auto written = WriteReport(line.common().report, report); !written) {
      line.Complain(written.error().detail);
      return kExitFailed;
    }
  }
  return kExitDone;
}

}  // namespace onair::samples
