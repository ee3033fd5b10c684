// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/race_targets.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <functional>
#include <limits>
#include <string_view>

#include "samples/twin/freeze_floor.h"
#include "samples/twin/rts_cases.h"

namespace onair::samples {
namespace {

constexpr double kNever = std::numeric_limits<double>::infinity();

// One run and what it was of.
struct Seen {
  const RaceConfig& config;
  const PushCase& push_case;
  const PushResult& result;
};
using CaseFilter = std::function<bool(const PushCase& push_case)>;
// Empty: the run says nothing about it. Infinity: what was waited for never came.
using Measure = std::function<std::optional<double>(const Seen& seen)>;

struct Target {
  enum class Way { kMean = 1, kMedian, kWorst };
  const char* name;
  const char* want;
  double low;
  double high;
  Way way;
  int digits;
  CaseFilter is_about;
  Measure measure;
};

CaseFilter Named(std::string name) {
  return [name = std::move(name)](const PushCase& c) { return c.name == name; };
}

bool IsLte(const PushCase& c) {
  return c.group == "lte8" || (c.group == "traces" && IsOfLte8(c.name));
}

// The first fall or rise of a case.
Measure OfStep(bool is_fall, std::optional<double> PushResult::Step::*measure) {
  return [=](const Seen& seen) -> std::optional<double> {
    for (const PushResult::Step& step : seen.result.steps) {
      if (step.is_fall == is_fall) return (step.*measure).value_or(kNever);
    }
    return std::nullopt;
  };
}

std::optional<double> FreezeAboveFloor(const Seen& seen) {
  const auto floor =
      UnavoidableFreezePercent(seen.push_case, seen.config.rates, seen.config.playout_delay);
  if (!floor) return std::nullopt;
  return std::max(0.0, seen.result.freeze_percent - *floor);
}

// From the encoder to the whole picture at the server, pacer included, above what an empty way
// takes: a controller cannot win by keeping pictures to itself.
std::optional<double> DelayAboveWay(const Seen& seen) {
  const auto p95 = seen.result.frame_delay_ms.p95;
  if (!p95) return std::nullopt;
  return *p95 - seen.push_case.flows.front().one_way.ms_f();
}

// Ours in two, of the half that is fair.
std::optional<double> PartBesideRival(const Seen& seen) {
  const auto share = seen.result.flows.front().share;
  if (!share) return std::nullopt;
  return *share * 2;
}

std::vector<Target> Targets() {
  using enum Target::Way;
  using R = PushResult;
  const auto utilisation = [](const Seen& s) { return s.result.utilisation; };
  const auto queue_p95 = [](const Seen& s) { return s.result.queue_ms.p95; };
  const auto goodput = [](const Seen& s) { return s.result.goodput; };
  const auto fair_part = [](const Seen& s) { return s.result.fair_part; };
  const auto frame_delay = [](const Seen& s) { return DelayAboveWay(s); };
  const auto short_use = [](const Seen& s) -> std::optional<double> {
    constexpr double kLongestMs = 100;
    const bool is_short = DelayAboveWay(s).value_or(kNever) <= kLongestMs;
    return is_short ? s.result.utilisation.value_or(0) : 0;
  };
  // As the reactive oracle of the recordings was told: nothing for a network whose queue is longer.
  const auto short_queue_use = [](const Seen& s) -> std::optional<double> {
    constexpr double kLongestMs = 100;
    const bool is_short = s.result.queue_ms.p95.value_or(kNever) <= kLongestMs;
    return is_short ? s.result.utilisation.value_or(0) : 0;
  };
  const auto longest_gap = [](const Seen& s) { return std::optional(s.result.longest_gap_ms); };
  return {
      {"RFC 8867 5.1: utilisation", ">= 0.95", 0.95, kNever, kMean, 3, Named("5.1"), utilisation},
      {"RFC 8867 5.1: queue p95, ms", "<= 30", 0, 30, kMean, 0, Named("5.1"), queue_p95},
      {"LTE: utilisation", ">= 0.70", 0.70, kNever, kMean, 3, IsLte, utilisation},
      {"LTE: queue p95, ms", "<= 100", 0, 100, kMean, 0, IsLte, queue_p95},
      {"LTE: utilisation, 0 where queue p95 > 100 ms", ">= 0.70", 0.70, kNever, kMean, 3, IsLte,
       short_queue_use},
      {"LTE: capture to delivered, way apart, p95, ms", "<= 100", 0, 100, kMean, 0, IsLte,
       frame_delay},
      {"LTE: utilisation, 0 where that is > 100 ms", ">= 0.70", 0.70, kNever, kMean, 3, IsLte,
       short_use},
      {"capacity halves: rate <= capacity, ms", "<= 150", 0, 150, kMedian, 0, Named("half"),
       OfStep(true, &R::Step::below_capacity_ms)},
      {"capacity halves: peak queue, ms", "<= 120", 0, 120, kMedian, 0, Named("half"),
       OfStep(true, &R::Step::peak_queue_ms)},
      {"capacity halves: queue < 50 ms again, ms", "<= 700", 0, 700, kMedian, 0, Named("half"),
       OfStep(true, &R::Step::short_queue_ms)},
      {"capacity doubles: to 90 %, ms", "<= 2000", 0, 2000, kMedian, 0, Named("half"),
       OfStep(false, &R::Step::used_ms)},
      {"start-up: 300 kbit/s to 90 % of 4 Mbit/s, ms", "<= 500", 0, 500, kMedian, 0,
       Named("startup"),
       [](const Seen& s) { return std::optional(s.result.start_ms.value_or(kNever)); }},
      {"10 % loss: goodput of the link", ">= 0.75", 0.75, kNever, kMean, 3, Named("loss10"),
       goodput},
      {"10 % loss: longest time without a picture, ms", "<= 200", 0, 200, kWorst, 0,
       Named("loss10"), longest_gap},
      {"30 % loss: goodput of the link", ">= 0.50", 0.50, kNever, kMean, 3, Named("loss30"),
       goodput},
      {"LTE: frozen above the unavoidable, %", "<= 0.5", 0, 0.5, kMean, 2, IsLte, FreezeAboveFloor},
      {"three of a kind: Jain's index", ">= 0.97", 0.97, kNever, kMean, 3, Named("self3"),
       [](const Seen& s) { return s.result.fairness; }},
      {"beside CUBIC: of the fair share", "0.5 to 2", 0.5, 2, kMean, 2, Named("cubic"), fair_part},
      {"beside BBR: of the fair share", "0.5 to 2", 0.5, 2, kMean, 2, Named("bbr"), fair_part},
      {"beside gcc: of the fair share", "0.5 to 2", 0.5, 2, kMean, 2, Named("gcc"),
       PartBesideRival},
      {"idle hour: asked for in the end, of the most", ">= 0.95", 0.95, kNever, kMean, 3,
       Named("idle-hour"), [](const Seen& s) { return std::optional(s.result.end_share); }}};
}

struct Reached {
  double value;
  double p90;
};

std::optional<Reached> Reach(const Target& target, const RaceConfig& config,
                             const std::vector<RaceRun>& runs, std::size_t runner) {
  std::vector<double> values;
  for (const RaceRun& run : runs) {
    const PushCase& push_case = config.cases[run.push_case];
    if (run.runner != runner || !target.is_about(push_case)) continue;
    if (const auto value = target.measure({config, push_case, run.result})) {
      values.push_back(*value);
    }
  }
  if (values.empty()) return std::nullopt;
  Distribution all;
  for (const double value : values) all.Add(value);
  // Where more is better, that is the tenth of the worst.
  const double p90 = *all.At(std::isinf(target.high) ? 0.1 : 0.9);
  switch (target.way) {
    case Target::Way::kMean:
      return Reached{*all.Mean(), p90};
    case Target::Way::kMedian:
      return Reached{*all.At(0.5), p90};
    case Target::Way::kWorst:
      return Reached{*all.Max(), p90};
  }
  return std::nullopt;
}

Json MaybeNever(double value) {
  return std::isfinite(value) ? Number(value) : Json(nullptr);
}

std::string Padded(const std::string& text, std::size_t width) {
  return text.size() >= width ? text + " " : text + std::string(width - text.size(), ' ');
}

std::string Cell(const Json& row, const Json& result) {
  if (result["value"].is_null()) return result["is_met"].is_null() ? "-" : "never  no";
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%.*f  %s", row["digits"].get<int>(),
                result["value"].get<double>(), result["is_met"].get<bool>() ? "yes" : "no");
  return text.data();
}

}  // namespace

std::vector<std::string> TargetCaseNames() {
  return {"5.1", "half", "startup", "loss10", "loss30", "fairness", "idle-hour"};
}

Json TargetsOf(const RaceConfig& config, const std::vector<RaceRun>& runs) {
  Json out = Json::array();
  for (const Target& target : Targets()) {
    const auto about = std::ranges::count_if(config.cases, target.is_about);
    if (about == 0) continue;
    Json row = {{"name", target.name},
                {"want", target.want},
                {"cases", about},
                {"digits", target.digits},
                {"results", Json::array()}};
    for (std::size_t r = 0; r < config.runners.size(); ++r) {
      const auto reached = Reach(target, config, runs, r);
      Json result = {{"controller", config.runners[r].name},
                     {"value", reached ? MaybeNever(reached->value) : Json(nullptr)},
                     {"p90", reached ? MaybeNever(reached->p90) : Json(nullptr)},
                     {"is_met", nullptr}};
      if (reached) result["is_met"] = reached->value >= target.low && reached->value <= target.high;
      row["results"].push_back(std::move(result));
    }
    out.push_back(std::move(row));
  }
  return out;
}

std::string TargetTable(const Json& targets) {
  if (targets.empty()) return "";
  constexpr std::size_t kName = 47;
  constexpr std::size_t kWant = 10;
  constexpr std::size_t kCell = 14;
  std::string out = Padded("what it must show", kName) + Padded("want", kWant);
  for (const Json& result : targets[0]["results"]) {
    out += Padded(result["controller"].get<std::string>(), kCell);
  }
  out += '\n';
  for (const Json& row : targets) {
    out += Padded(row["name"].get<std::string>(), kName);
    out += Padded(row["want"].get<std::string>(), kWant);
    for (const Json& result : row["results"]) out += Padded(Cell(row, result), kCell);
    out += '\n';
  }
  return out;
}

}  // namespace onair::samples
