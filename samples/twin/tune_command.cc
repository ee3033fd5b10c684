// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/tune_command.h"

#include <algorithm>
#include <cstdio>
#include <thread>
#include <utility>

#include "platform/runtime/clock.h"
#include "samples/common/process_usage.h"
#include "samples/twin/case_choice.h"
#include "samples/twin/tune.h"
#include "transport/cc/registry.h"
#include "transport/qos/policy_text.h"

namespace onair::samples {
namespace {

// Of the races' cases those that tell parameters apart within minutes.
std::vector<std::string> MatrixOver(PushTransport transport) {
  if (transport == PushTransport::kTcp) return {"rfc8867", "steps", "synthetic"};
  return {"5.1", "half", "startup", "loss", "lte8", "mobility"};
}

Result<TuneSplit> CasesOf(const TuneOptions& o) {
  auto cases = ChooseCases(o.cases.empty() ? MatrixOver(o.push.push_transport()) : o.cases,
                           o.push.one_way());
  if (!cases) return Forward(cases);
  // An hour for each look is too dear, and our datagrams ask for no marks.
  std::erase_if(*cases, [&](const PushCase& one) {
    return one.is_long || (one.has_ecn && o.push.push_transport() == PushTransport::kRts);
  });
  if (o.held_out.empty()) return SplitCases(std::move(*cases));
  auto held_out = ChooseCases(o.held_out, o.push.one_way());
  if (!held_out) return Forward(held_out);
  TuneSplit split{{}, std::move(*held_out)};
  std::ranges::copy_if(*cases, std::back_inserter(split.search), [&](const PushCase& one) {
    return std::ranges::find(split.held_out, one.name, &PushCase::name) == split.held_out.end();
  });
  return split;
}

Result<std::vector<cc::ParameterInfo>> ChosenParameters(const TuneOptions& o) {
  const auto known = cc::ParametersOf(o.controller, o.push.qos_place().line());
  if (known.empty()) {
    return Fail(ErrorCode::kInvalidConfig,
                "--controller " + o.controller + " takes nothing (see onair-twin parameters)");
  }
  std::vector<cc::ParameterInfo> chosen;
  for (const cc::ParameterInfo& info : known) {
    const auto& names = o.parameters;
    if (names.empty() || std::ranges::find(names, info.name) != names.end()) chosen.push_back(info);
  }
  if (chosen.size() < o.parameters.size()) {
    return Fail(ErrorCode::kInvalidConfig, "--parameters: one is not taken by " + o.controller +
                                               ", or named twice (see onair-twin parameters)");
  }
  return chosen;
}

Result<TuneConfig> ConfigOf(const TuneOptions& o) {
  if (!o.push.qos.empty()) return Fail(ErrorCode::kInvalidConfig, "--qos has no part in tune");
  auto parameters = ChosenParameters(o);
  if (!parameters) return Forward(parameters);
  auto split = CasesOf(o);
  if (!split) return Forward(split);
  if (split->search.empty() || split->held_out.empty()) {
    return Fail(ErrorCode::kInvalidConfig,
                "cases for the search and others to hold it against: more --cases, or --held-out");
  }
  const int cores = static_cast<int>(std::max(1U, std::thread::hardware_concurrency()));
  TuneConfig config{.controller = o.controller,
                    .parameters = std::move(*parameters),
                    .search = std::move(split->search),
                    .held_out = std::move(split->held_out),
                    .place = o.push.qos_place(),
                    .seeds = o.seeds,
                    .rates = o.push.rates(),
                    .playout_delay = o.push.playout_delay(),
                    .threads = o.threads > 0 ? o.threads : cores,
                    .budget = static_cast<std::size_t>(o.budget),
                    .seed = static_cast<std::uint64_t>(o.seed)};
  const std::size_t least = LeastBudget(config);
  if (config.budget < least) {
    return Fail(ErrorCode::kInvalidConfig,
                "--budget: these cases and seeds take " + std::to_string(least) + " runs at least");
  }
  return config;
}

std::string TextOf(const Json& parameters) {
  std::string text;
  for (const auto& [name, value] : parameters.items()) {
    text += (text.empty() ? "" : " ") + name + "=" + value.dump();
  }
  return text.empty() ? "as usual" : text;
}

void PrintStanding(const char* name, const Json& standing) {
  std::printf("%-20s %8.2f points", name, standing["points"].get<double>());
  for (const Json& missed : standing["missed"]) {
    std::printf("; misses %s", missed.get<std::string>().c_str());
  }
  std::printf("\n");
}

void Print(const Json& report) {
  std::printf("%5s %5s %8s %8s  %-15s %s\n", "round", "runs", "points", "best", "", "parameters");
  for (const Json& one : report["tried"]) {
    std::printf("%5d %5d %8.2f %8.2f  %-15s %s\n", one["round"].get<int>(), one["runs"].get<int>(),
                one["points"].get<double>(), one["best_points"].get<double>(),
                one["fate"].get<std::string>().c_str(), TextOf(one["parameters"]).c_str());
  }
  std::printf("\nbest: %s\n", TextOf(report["best"]).c_str());
  PrintStanding("search, usual", report["search"]["usual"]);
  PrintStanding("search, best", report["search"]["best"]);
  PrintStanding("held out, usual", report["held_out"]["usual"]);
  PrintStanding("held out, best", report["held_out"]["best"]);
  std::printf("%s; %d runs of %d\n", report["holds"].get<bool>() ? "it holds" : "it does not hold",
              report["runs"].get<int>(), report["budget"].get<int>());
}

}  // namespace

CLI::App* AddTuneCommand(CommandLine& line, TuneOptions& o) {
  CLI::App* tune = line.app().add_subcommand(
      "tune",
      "Looks for better parameters of a controller, and holds what it finds against cases and "
      "seeds that the search has not seen. A run is worth 100 for all of the line, less 1 for each "
      "10 ms of delay (95th percentile) and 5 for each percent of time frozen; no target that the "
      "usual values meet may be missed.");
  tune->add_option("--controller", o.controller, "name (onair)");
  tune->add_option("--parameters", o.parameters, "those that are looked for (all)")->delimiter(',');
  tune->add_option("--cases", o.cases,
                   "as race has them (rts: 5.1, half, startup, loss, lte8, mobility; tcp: rfc8867, "
                   "steps, synthetic)")
      ->delimiter(',');
  tune->add_option("--held-out", o.held_out,
                   "cases that the search shall not see (each third of a group)")
      ->delimiter(',');
  tune->add_option("--seeds", o.seeds, "runs of each case (2)")->check(CLI::Range(1, 100));
  tune->add_option("--budget", o.budget, "runs in all, held-out ones included (600)")
      ->check(CLI::Range(1, 1'000'000));
  tune->add_option("--seed", o.seed, "of the search (1)")->check(CLI::PositiveNumber);
  tune->add_option("--threads", o.threads, "0: as many as cores (0)")->check(CLI::Range(0, 256));
  tune->add_option("--out", o.out,
                   "where the policy goes, for --qos: arm `tuned` beside `control`; half of the "
                   "sessions if it holds, else none")
      ->type_name("FILE");
  AddPushOptions(*tune, o.push);
  return tune;
}

int RunTuneCommand(const CommandLine& line, const TuneOptions& options) {
  const auto config = ConfigOf(options);
  if (!config) return line.Refuse(config.error().detail);
  const TuneReport found = Tune(*config);
  const Json report = TuneJson(*config, found);
  Print(report);
  Status written;
  if (!options.out.empty()) {
    written = WriteText(options.out, qos::PrintPolicy(PolicyOf(*config, found)));
  }
  if (written && !line.common().report.empty()) {
    written = WriteReport(line.common().report, report);
  }
  if (written) return kExitDone;
  line.Complain(written.error().detail);
  return kExitFailed;
}

}  // namespace onair::samples
