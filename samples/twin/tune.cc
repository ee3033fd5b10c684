// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/tune.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <map>
#include <thread>
#include <utility>

#include "samples/twin/race_targets.h"
#include "transport/cc/registry.h"
#include "transport/qos/assignment.h"

namespace onair::samples {
namespace {

constexpr double kNothingDelayMs = 1000;  // Nothing came.

// Ranges that span more are looked at by factors, not by sums.
constexpr double kWide = 8;

// Seeds of held-out runs begin here, so that none is among those of the search.
constexpr std::uint64_t kHeldOutSeeds = 1'000'000;

bool IsByFactors(const cc::ParameterInfo& info) {
  return info.low > 0 && info.high / info.low >= kWide;
}

// Three digits: what more would say is chance.
double Rounded(double value) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.3g", value);
  return std::strtod(text.data(), nullptr);
}

double ValueAt(const cc::ParameterInfo& info, double place) {
  const double value = IsByFactors(info) ? info.low * std::pow(info.high / info.low, place)
                                         : info.low + place * (info.high - info.low);
  return std::clamp(Rounded(value), info.low, info.high);
}
double PlaceOf(const cc::ParameterInfo& info) {
  return IsByFactors(info) ? std::log(info.usual / info.low) / std::log(info.high / info.low)
                           : (info.usual - info.low) / (info.high - info.low);
}

cc::Parameters ParametersAt(const TuneConfig& config, const TunePoint& point) {
  cc::Parameters out;
  for (std::size_t d = 0; d < point.size(); ++d) {
    const cc::ParameterInfo& info = config.parameters[d];
    const double value = ValueAt(info, point[d]);
    if (value != ValueAt(info, PlaceOf(info))) out.push_back({std::string(info.name), value});
  }
  return out;
}

PushResult RunInTwin(const TuneConfig& config, const PushCase& push_case,
                     const cc::Parameters& parameters, std::uint64_t seed) {
  const auto make = [&](const cc::ControllerConfig& limits) {
    return std::move(*cc::MakeController(config.controller, limits, parameters));
  };
  PushResult result = RunPush(push_case, {.make_controller = make,
                                          .transport = config.place.transport,
                                          .rates = config.rates,
                                          .seed = seed,
                                          .playout_delay = config.playout_delay});
  result.timeline = {};
  return result;
}

struct Job {
  const PushCase* push_case;
  const cc::Parameters* parameters;
  std::uint64_t seed;
};

// In the order of `jobs`, whatever the number of threads.
std::vector<PushResult> RunJobs(const TuneConfig& config, const std::vector<Job>& jobs) {
  std::vector<PushResult> results(jobs.size());
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t k = next++; k < jobs.size(); k = next++) {
      const Job& job = jobs[k];
      results[k] = config.run ? config.run(*job.push_case, *job.parameters, job.seed)
                              : RunInTwin(config, *job.push_case, *job.parameters, job.seed);
    }
  };
  std::vector<std::thread> threads;
  for (int i = 1; i < config.threads; ++i) threads.emplace_back(work);
  work();
  for (std::thread& thread : threads) thread.join();
  return results;
}

// Which lines of the targets' table a set of runs misses.
std::vector<std::string> MissedBy(const TuneConfig& config, const std::vector<PushCase>& cases,
                                  const std::vector<RaceRun>& runs) {
  RaceConfig race;
  race.cases = cases;
  race.runners = {{"one", nullptr}};
  race.transport = config.place.transport;
  race.seeds = config.seeds;
  race.rates = config.rates;
  race.playout_delay = config.playout_delay;
  std::vector<std::string> missed;
  for (const Json& line : TargetsOf(race, runs)) {
    const Json& is_met = line["results"][0]["is_met"];
    if (is_met.is_boolean() && !is_met.get<bool>()) missed.push_back(line["name"]);
  }
  return missed;
}

// No target that `usual` meets is among what `other` misses.
bool KeepsTargets(const TuneStanding& usual, const std::vector<std::string>& missed) {
  return std::ranges::all_of(missed, [&](const std::string& name) {
    return std::ranges::find(usual.missed, name) != usual.missed.end();
  });
}

class Tuning {
 public:
  explicit Tuning(const TuneConfig& config) : config_(config) {
    for (const cc::ParameterInfo& info : config.parameters) start_.push_back(PlaceOf(info));
  }

  TuneReport Run() {
    const std::size_t items = ItemsOf(config_.search);
    const TuneTask task{
        .dimensions = config_.parameters.size(),
        .items = items,
        .start = start_,
        .measure = [this](const auto& points, const auto& runs) { return Measure(points, runs); },
        .admits =
            [this](const TunePoint& point) {
              return KeepsTargets(Usual(), Standing(point).missed);
            }};
    const std::size_t held_out = 2 * ItemsOf(config_.held_out);
    const std::size_t left = config_.budget - std::min(config_.budget, held_out);
    const TuneFound found = SearchBest(task, left, config_.seed);
    report_.best = ParametersAt(config_, found.best);
    report_.search_usual = Usual();
    report_.search_best = Standing(found.best);
    for (const TuneTried& one : found.tried) {
      report_.tried.push_back({ParametersAt(config_, one.point), one});
    }
    // Only now, and of two sets alone: nothing can be chosen by it.
    report_.held_out_usual = HeldOut({});
    report_.held_out_best = HeldOut(report_.best);
    report_.runs = found.runs + held_out;
    return std::move(report_);
  }

  std::size_t ItemsOf(const std::vector<PushCase>& cases) const {
    return cases.size() * static_cast<std::size_t>(config_.seeds);
  }

 private:
  using Key = std::pair<TunePoint, std::size_t>;

  // Item: case by case, its seeds behind each other.
  const PushCase& CaseOf(std::size_t item) const {
    return config_.search[item / static_cast<std::size_t>(config_.seeds)];
  }
  std::uint64_t SeedOf(std::size_t item) const {
    return 1 + item % static_cast<std::size_t>(config_.seeds);
  }

  std::vector<double> Measure(const std::vector<TunePoint>& points,
                              const std::vector<TuneTask::Run>& runs) {
    std::vector<cc::Parameters> sets;
    for (const TunePoint& point : points) sets.push_back(ParametersAt(config_, point));
    std::vector<Job> jobs;
    for (const auto& run : runs) {
      jobs.push_back({&CaseOf(run.item), &sets[run.point], SeedOf(run.item)});
    }
    std::vector<PushResult> results = RunJobs(config_, jobs);
    std::vector<double> points_of;
    for (std::size_t k = 0; k < runs.size(); ++k) {
      points_of.push_back(TunePoints(results[k]));
      results_[Key(points[runs[k].point], runs[k].item)] = std::move(results[k]);
    }
    return points_of;
  }

  // Of a point that all items have measured.
  TuneStanding Standing(const TunePoint& point) const {
    std::vector<RaceRun> runs;
    for (std::size_t item = 0; item < ItemsOf(config_.search); ++item) {
      runs.push_back({item / static_cast<std::size_t>(config_.seeds), 0, SeedOf(item),
                      results_.at(Key(point, item))});
    }
    return StandingOf(config_.search, runs);
  }
  const TuneStanding& Usual() {
    if (!usual_) usual_ = Standing(start_);
    return *usual_;
  }
  TuneStanding HeldOut(const cc::Parameters& parameters) const {
    std::vector<Job> jobs;
    std::vector<RaceRun> runs;
    for (std::size_t c = 0; c < config_.held_out.size(); ++c) {
      for (int s = 1; s <= config_.seeds; ++s) {
        const std::uint64_t seed = kHeldOutSeeds + static_cast<std::uint64_t>(s);
        jobs.push_back({&config_.held_out[c], &parameters, seed});
        runs.push_back({c, 0, seed, {}});
      }
    }
    std::vector<PushResult> results = RunJobs(config_, jobs);
    for (std::size_t k = 0; k < runs.size(); ++k) runs[k].result = std::move(results[k]);
    return StandingOf(config_.held_out, runs);
  }
  TuneStanding StandingOf(const std::vector<PushCase>& cases,
                          const std::vector<RaceRun>& runs) const {
    TuneStanding standing;
    for (const RaceRun& run : runs) standing.points += TunePoints(run.result);
    standing.points /= static_cast<double>(runs.size());
    standing.missed = MissedBy(config_, cases, runs);
    return standing;
  }

  const TuneConfig& config_;
  TunePoint start_;
  // At most the budget of them, without their time lines.
  std::map<Key, PushResult> results_;
  std::optional<TuneStanding> usual_;
  TuneReport report_;
};

Json ParametersJson(const cc::Parameters& parameters) {
  Json out = Json::object();
  for (const cc::Parameter& one : parameters) out[one.name] = Number(one.value);
  return out;
}

Json StandingJson(const TuneStanding& standing) {
  return {{"points", Number(standing.points)}, {"missed", standing.missed}};
}

const char* WordOf(TuneTried::Fate fate) {
  switch (fate) {
    case TuneTried::Fate::kDropped:
      return "dropped";
    case TuneTried::Fate::kNoBetter:
      return "no better";
    case TuneTried::Fate::kRefused:
      return "misses a target";
    case TuneTried::Fate::kTaken:
      return "taken";
  }
  return "";
}

std::vector<std::string> NamesOf(const std::vector<PushCase>& cases) {
  std::vector<std::string> names;
  for (const PushCase& one : cases) names.push_back(one.name);
  return names;
}

}  // namespace

double TunePoints(const PushResult& result) {
  const double used = std::min(1.0, result.utilisation.value_or(0));
  const double delay_ms = result.frame_delay_ms.p95.value_or(kNothingDelayMs);
  return 100 * used - delay_ms / 10 - 5 * result.freeze_percent;
}

bool TuneReport::holds() const {
  return !best.empty() && held_out_best.points > held_out_usual.points &&
         KeepsTargets(held_out_usual, held_out_best.missed);
}

TuneReport Tune(const TuneConfig& config) {
  return Tuning(config).Run();
}

std::size_t LeastBudget(const TuneConfig& config) {
  const Tuning tuning(config);
  return tuning.ItemsOf(config.search) + 2 * tuning.ItemsOf(config.held_out);
}

qos::Policy PolicyOf(const TuneConfig& config, const TuneReport& report) {
  const std::string seed = std::to_string(config.seed);
  qos::Policy policy{.version = "tune-" + seed, .experiment = "tune-" + config.controller};
  std::array<char, 200> note{};
  std::snprintf(note.data(), note.size(),
                "onair-twin tune: %.2f points usual, %.2f tuned; held out %.2f and %.2f: %s",
                report.search_usual.points, report.search_best.points, report.held_out_usual.points,
                report.held_out_best.points,
                report.holds() ? "holds" : "does not hold, so no session gets it");
  policy.note = note.data();
  const int tuned = report.holds() ? qos::kBuckets / 2 : 0;
  qos::Policy::Rule rule{.line = config.place.line(), .controller = config.controller};
  if (config.place.network != NetworkKind::kUnknown) rule.network = config.place.network;
  // The same controller as it usually is: against an app's own the arms would compare controllers.
  policy.arms.push_back({.name = "control", .per_mille = qos::kBuckets - tuned, .rules = {rule}});
  if (report.best.empty()) return policy;
  rule.parameters = report.best;
  policy.arms.push_back({.name = "tuned", .per_mille = tuned, .rules = {rule}});
  return policy;
}

Json TuneJson(const TuneConfig& config, const TuneReport& report) {
  Json out = {
      {"controller", config.controller},
      {"seed", config.seed},
      {"budget", config.budget},
      {"runs", report.runs},
      {"search_cases", NamesOf(config.search)},
      {"held_out_cases", NamesOf(config.held_out)},
      {"best", ParametersJson(report.best)},
      {"search",
       {{"usual", StandingJson(report.search_usual)}, {"best", StandingJson(report.search_best)}}},
      {"held_out",
       {{"usual", StandingJson(report.held_out_usual)},
        {"best", StandingJson(report.held_out_best)}}},
      {"holds", report.holds()},
      {"tried", Json::array()}};
  for (const TuneReport::Tried& one : report.tried) {
    out["tried"].push_back({{"round", one.how.round},
                            {"parameters", ParametersJson(one.parameters)},
                            {"runs", one.how.runs},
                            {"points", Number(one.how.mean)},
                            {"best_points", Number(one.how.best_mean)},
                            {"fate", WordOf(one.how.fate)}});
  }
  return out;
}

TuneSplit SplitCases(std::vector<PushCase> cases) {
  TuneSplit split;
  std::map<std::string, int> seen;
  for (PushCase& one : cases) {
    const bool is_held_out = seen[one.group]++ % 3 == 1;
    (is_held_out ? split.held_out : split.search).push_back(std::move(one));
  }
  return split;
}

}  // namespace onair::samples
