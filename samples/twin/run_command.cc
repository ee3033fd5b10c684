// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/run_command.h"

#include <cstdio>
#include <utility>

#include "samples/common/process_usage.h"
#include "samples/twin/case_choice.h"
#include "samples/twin/link_text.h"
#include "samples/twin/race_report.h"
#include "samples/twin/trace_files.h"
#include "transport/cc/registry.h"

namespace onair::samples {
namespace {

// What a case lasts, unless told.
constexpr double kUntoldS = 60;

Result<PushCase> CaseOf(const RunOptions& o) {
  const int sources =
      (o.link.empty() ? 0 : 1) + (o.push_case.empty() ? 0 : 1) + (o.trace.empty() ? 0 : 1);
  if (sources != 1) return Fail(ErrorCode::kInvalidConfig, "one of --link, --case, --trace-file");
  const double seconds = o.duration_s > 0 ? o.duration_s : kUntoldS;
  if (!o.link.empty()) return ParseLink(o.link, TimeDelta::SecondsF(seconds));
  auto found = o.trace.empty() ? ChooseCases({o.push_case}, o.push.one_way())
                               : TraceCases(o.trace, o.push.one_way());
  if (!found) return Forward(found);
  if (found->size() != 1) return Fail(ErrorCode::kInvalidConfig, "a group of cases: choose one");
  PushCase one = std::move(found->front());
  if (o.duration_s > 0) one.duration = TimeDelta::SecondsF(o.duration_s);  // Recordings repeat.
  return one;
}

// One of --controller, --arm and --session.
Result<RaceConfig::Runner> ChosenRunner(const RunOptions& o) {
  const int chosen =
      (o.controller.empty() ? 0 : 1) + (o.arm.empty() ? 0 : 1) + (o.session.empty() ? 0 : 1);
  if (chosen != 1 || o.push.qos.empty() == o.controller.empty()) {
    return Fail(ErrorCode::kInvalidConfig,
                "--controller NAME, or --qos FILE with one of --arm and --session");
  }
  if (!o.controller.empty()) {
    auto make = FindController(o.controller);
    if (!make) return Forward(make);
    return RaceConfig::Runner{o.controller, std::move(*make)};
  }
  auto policy = ReadPolicy(o.push.qos);
  if (!policy) return Forward(policy);
  const auto* arm = o.arm.empty() ? &qos::ArmOf(*policy, o.session) : qos::FindArm(*policy, o.arm);
  if (arm == nullptr) return Fail(ErrorCode::kInvalidConfig, "--qos has no arm '" + o.arm + "'");
  return RaceConfig::Runner{RunnerOf(*arm), ArmController(*policy, *arm, o.push.qos_place())};
}

// Rows of the table and of the report: five of the run's in one.
constexpr std::size_t kRowsInOne = 5;

PushResult::Row Merge(const PushResult::Row* rows) {
  PushResult::Row out = rows[kRowsInOne - 1];
  out.capacity_kbps = out.sent_kbps = out.delivered_kbps = 0;
  for (std::size_t i = 0; i < kRowsInOne; ++i) {
    out.capacity_kbps += rows[i].capacity_kbps / kRowsInOne;
    out.sent_kbps += rows[i].sent_kbps / kRowsInOne;
    out.delivered_kbps += rows[i].delivered_kbps / kRowsInOne;
  }
  return out;
}

std::vector<PushResult::Row> HalfSeconds(const PushResult& result) {
  std::vector<PushResult::Row> rows;
  for (std::size_t i = 0; i + kRowsInOne <= result.timeline.size(); i += kRowsInOne) {
    rows.push_back(Merge(&result.timeline[i]));
  }
  return rows;
}

void PrintRows(const std::vector<PushResult::Row>& rows) {
  std::printf("%8s %9s %9s %9s %9s %8s %8s\n", "t s", "capacity", "target", "sent", "delivered",
              "age ms", "queue ms");
  const auto or_dash = [](std::optional<double> value) {
    if (value) {
      std::printf(" %8.0f", *value);
    } else {
      std::printf(" %8s", "-");
    }
  };
  for (const PushResult::Row& row : rows) {
    std::printf("%8.1f %9.0f %9.0f %9.0f %9.0f", (row.at - Timestamp::Zero()).seconds_f(),
                row.capacity_kbps, row.target_kbps, row.sent_kbps, row.delivered_kbps);
    or_dash(row.age_ms);
    or_dash(row.queue_ms);
    std::printf("\n");
  }
}

Json TimelineOf(const std::vector<PushResult::Row>& rows) {
  Json out = Json::array();
  const auto maybe = [](std::optional<double> v) { return v ? Number(*v) : Json(nullptr); };
  for (const PushResult::Row& row : rows) {
    out.push_back({{"t_s", Number((row.at - Timestamp::Zero()).seconds_f())},
                   {"capacity_kbps", Number(row.capacity_kbps)},
                   {"target_kbps", Number(row.target_kbps)},
                   {"sent_kbps", Number(row.sent_kbps)},
                   {"delivered_kbps", Number(row.delivered_kbps)},
                   {"age_ms", maybe(row.age_ms)},
                   {"queue_ms", maybe(row.queue_ms)}});
  }
  return out;
}

}  // namespace

CLI::App* AddRunCommand(CommandLine& line, RunOptions& o) {
  CLI::App* run = line.app().add_subcommand("run", "One run, a line for each half second.");
  run->add_option("--link", o.link, kLinkHelp);
  run->add_option("--case", o.push_case, "the name of a case, or FILE.json");
  run->add_option("--trace-file", o.trace, "a recording");
  run->add_option("--controller", o.controller, "name; this, or an arm of --qos");
  run->add_option("--arm", o.arm, "of --qos: its name");
  run->add_option("--session", o.session, "of --qos: the arm that a session of this id is in");
  run->add_option("--tcp", o.tcp, "reno, cubic, bbr (cubic)");
  run->add_option("--duration", o.duration_s, "s (60 with --link, else the case's)")
      ->check(CLI::Range(1, 86400));
  run->add_option("--seed", o.seed, "(1)")->check(CLI::PositiveNumber);
  AddPushOptions(*run, o.push);
  return run;
}

int RunRunCommand(const CommandLine& line, const RunOptions& options) {
  auto push_case = CaseOf(options);
  if (!push_case) return line.Refuse(push_case.error().detail);
  const auto tcp = FindTcp(options.tcp);
  if (!tcp) return line.Refuse("--tcp " + options.tcp + ": reno, cubic, bbr");
  auto runner = ChosenRunner(options);
  if (!runner) return line.Refuse(runner.error().detail);
  const MakeController& controller = runner->make_controller;
  RaceConfig config;
  config.rates = options.push.rates();
  config.playout_delay = options.push.playout_delay();
  config.cases.push_back(std::move(*push_case));
  config.runners.push_back({runner->name, controller, *tcp});

  const TimeDelta before = UsageNow().cpu;
  const auto seed = static_cast<std::uint64_t>(options.seed);
  config.transport = options.push.push_transport();
  std::vector<RaceRun> runs = {{0, 0, seed, {}}};
  runs.front().result = RunPush(config.cases.front(), {.make_controller = controller,
                                                       .transport = config.transport,
                                                       .tcp = *tcp,
                                                       .rates = config.rates,
                                                       .seed = seed,
                                                       .playout_delay = config.playout_delay});
  const double took_s = (UsageNow().cpu - before).seconds_f();
  const auto rows = HalfSeconds(runs.front().result);
  PrintRows(rows);
  const Json whole = RaceReport(config, runs);
  std::printf("\n%s", RaceTable(whole).c_str());
  const double simulated_s = config.cases.front().duration.seconds_f();
  std::printf("\n%.0f s in %.2f s of one core: %.0f times real time, %lld events\n", simulated_s,
              took_s, simulated_s / took_s, static_cast<long long>(runs.front().result.events));
  if (line.common().report.empty()) return kExitDone;
  Json report = whole["results"][0];
  report["timeline"] = TimelineOf(rows);
  if (auto written = WriteReport(line.common().report, report); !written) {
    line.Complain(written.error().detail);
    return kExitFailed;
  }
  return kExitDone;
}

}  // namespace onair::samples
