// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/race_report.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "samples/twin/freeze_floor.h"
#include "samples/twin/race_targets.h"

namespace onair::samples {
namespace {

Json Maybe(std::optional<double> value) {
  return value ? Number(*value) : Json(nullptr);
}

Json Quantities(const PushResult::Spread& s) {
  return {{"mean", Maybe(s.mean)}, {"p95", Maybe(s.p95)}, {"max", Maybe(s.max)}};
}

Json FramesOf(const PushFlow::Counts& c) {
  return {{"captured", c.captured},
          {"skipped", c.skipped},
          {"dropped", c.dropped},
          {"delivered", c.delivered},
          {"broken", c.broken}};
}

Json StepsOf(const PushResult& result) {
  Json out = Json::array();
  for (const PushResult::Step& s : result.steps) {
    out.push_back({{"at_s", Number(s.at_s)},
                   {"before_kbps", Number(s.before_kbps)},
                   {"after_kbps", Number(s.after_kbps)},
                   {"below_capacity_ms", Maybe(s.below_capacity_ms)},
                   {"short_queue_ms", Maybe(s.short_queue_ms)},
                   {"used_ms", Maybe(s.used_ms)},
                   {"peak_queue_ms", Maybe(s.peak_queue_ms)}});
  }
  return out;
}

Json FlowsOf(const PushResult& result) {
  Json out = Json::array();
  for (const PushResult::Flow& f : result.flows) {
    out.push_back({{"mean_kbps", Number(f.mean_kbps)},
                   {"freeze_percent", Number(f.freeze_percent)},
                   {"frame_delay_p95_ms", Maybe(f.frame_delay_p95_ms)},
                   {"share", Maybe(f.share)},
                   {"asked_share", Maybe(f.asked_share)}});
  }
  return out;
}

std::string HashText(std::uint64_t hash) {
  std::array<char, 20> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(hash));
  return text.data();
}

// Of the bytes of media delivered.
Json RepairPercent(const PushFlow::Counts& c) {
  const auto media = static_cast<double>(c.bytes_video + c.bytes_audio);
  return media > 0 ? Number(100 * static_cast<double>(c.bytes_repair) / media) : Json(nullptr);
}

Json ResultOf(const RaceConfig& config, const RaceRun& run) {
  const PushResult& r = run.result;
  return {{"controller", config.runners[run.runner].name},
          {"case", config.cases[run.push_case].name},
          {"seed", run.seed},
          {"utilisation", Maybe(r.utilisation)},
          {"queue_ms", Quantities(r.queue_ms)},
          {"frame_delay_ms",
           {{"p50", Maybe(r.frame_delay_ms.p50)},
            {"p95", Maybe(r.frame_delay_ms.p95)},
            {"p99", Maybe(r.frame_delay_ms.p99)}}},
          {"freeze_percent", Number(r.freeze_percent)},
          {"loss_percent", Number(r.loss_percent)},
          {"overhead_percent", Number(r.overhead_percent)},
          {"mean_kbps", Number(r.mean_kbps)},
          {"group", config.cases[run.push_case].group},
          {"send_delay_ms",
           {{"p50", Maybe(r.send_delay_ms.p50)},
            {"p95", Maybe(r.send_delay_ms.p95)},
            {"max", Maybe(r.send_delay_ms.max)}}},
          {"retransmit_percent", Number(r.retransmit_percent)},
          {"marks", {{"packets", r.counts.marks}, {"echoes", r.counts.mark_echoes}}},
          {"frames", FramesOf(r.counts)},
          {"reconnects", r.counts.reconnects},
          {"first_picture_ms", Maybe(r.first_picture_ms)},
          {"start_ms", Maybe(r.start_ms)},
          {"longest_gap_ms", Number(r.longest_gap_ms)},
          {"goodput", Maybe(r.goodput)},
          {"repair_percent", RepairPercent(r.counts)},
          {"sounds", {{"captured", r.counts.sounds}, {"delivered", r.counts.sounds_delivered}}},
          {"key_frames", r.counts.key_frames},
          {"fair_part", Maybe(r.fair_part)},
          {"end_share", Number(r.end_share)},
          {"fairness", Maybe(r.fairness)},
          {"flows", FlowsOf(r)},
          {"steps", StepsOf(r)},
          {"error", r.error.empty() ? Json(nullptr) : Json(r.error)},
          {"log_hash", HashText(r.log_hash)}};
}

double Mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return values.empty() ? 0 : sum / static_cast<double>(values.size());
}

// What a controller came to: in one case the means over seeds, then over cases.
struct Standing {
  double use = 0;
  double delay = 0;
  double freeze = 0;
  double kbps = 0;
  double queue = 0;
  double send = 0;

  void Add(const Standing& o, double weight) {
    use += o.use * weight;
    delay += o.delay * weight;
    freeze += o.freeze * weight;
    kbps += o.kbps * weight;
    queue += o.queue * weight;
    send += o.send * weight;
  }
  double score() const {
    const auto part = [](double share) { return 1 - std::min(1.0, share); };
    return 50 * std::min(1.0, use) + 30 * part(delay / 1000) + 20 * part(freeze / 10);
  }
};

// Without a picture there is no delay: as long as was waited.
Standing StandingOf(const PushResult& r, TimeDelta duration) {
  return {r.utilisation.value_or(0),
          r.frame_delay_ms.p95.value_or(duration.ms_f()),
          r.frame_delay_ms.p95 ? r.freeze_percent : 100,
          r.mean_kbps,
          r.queue_ms.p95.value_or(0),
          r.send_delay_ms.p95.value_or(duration.ms_f())};
}

// Each case counts once.
Json SummaryOf(const RaceConfig& config, const std::vector<RaceRun>& runs, std::size_t runner) {
  Standing mean;
  std::int64_t broken = 0;
  std::int64_t failed = 0;
  const double weight = 1.0 / static_cast<double>(config.cases.size()) / config.seeds;
  for (const RaceRun& run : runs) {
    if (run.runner != runner) continue;
    mean.Add(StandingOf(run.result, config.cases[run.push_case].duration), weight);
    broken += run.result.counts.broken;
    failed += run.result.error.empty() ? 0 : 1;
  }
  return {{"controller", config.runners[runner].name},
          {"utilisation", Number(mean.use)},
          {"frame_delay_p95_ms", Number(mean.delay)},
          {"freeze_percent", Number(mean.freeze)},
          {"score", Number(mean.score())},
          {"send_delay_p95_ms", Number(mean.send)},
          {"queue_p95_ms", Number(mean.queue)},
          {"mean_kbps", Number(mean.kbps)},
          {"broken_frames", broken},
          {"failed_runs", failed}};
}

Json SpreadOver(const Distribution& values, std::size_t count) {
  return {{"p50", Maybe(values.At(0.5))}, {"p90", Maybe(values.At(0.9))}, {"count", count}};
}

// One measure of one step over the seeds; `first` is the run of seed 1.
Json StepSpread(const RaceConfig& config, const RaceRun* first, std::size_t step,
                std::optional<double> PushResult::Step::*measure) {
  Distribution values;
  std::size_t count = 0;
  for (int s = 0; s < config.seeds; ++s) {
    const auto value = first[s].result.steps[step].*measure;
    if (!value) continue;
    values.Add(*value);
    ++count;
  }
  return SpreadOver(values, count);
}

// Median and p90 over the seeds that got there, and how many those are.
Json StepTable(const RaceConfig& config, const std::vector<RaceRun>& runs) {
  Json out = Json::array();
  for (std::size_t i = 0; i < runs.size(); i += static_cast<std::size_t>(config.seeds)) {
    for (std::size_t k = 0; k < runs[i].result.steps.size(); ++k) {
      const PushResult::Step& step = runs[i].result.steps[k];
      const auto spread = [&](auto measure) { return StepSpread(config, &runs[i], k, measure); };
      out.push_back({{"controller", config.runners[runs[i].runner].name},
                     {"case", config.cases[runs[i].push_case].name},
                     {"at_s", Number(step.at_s)},
                     {"before_kbps", Number(step.before_kbps)},
                     {"after_kbps", Number(step.after_kbps)},
                     {"seeds", config.seeds},
                     {"below_capacity_ms", spread(&PushResult::Step::below_capacity_ms)},
                     {"short_queue_ms", spread(&PushResult::Step::short_queue_ms)},
                     {"used_ms", spread(&PushResult::Step::used_ms)},
                     {"peak_queue_ms", spread(&PushResult::Step::peak_queue_ms)}});
    }
  }
  return out;
}

bool HasPriorities(const PushCase& c) {
  return std::any_of(c.flows.begin(), c.flows.end(),
                     [&c](const auto& f) { return f.priority != c.flows.front().priority; });
}

// What flows of different priorities got, as means over seeds, beside what they ask for.
Json ShareTable(const RaceConfig& config, const std::vector<RaceRun>& runs) {
  Json out = Json::array();
  for (std::size_t i = 0; i < runs.size(); i += static_cast<std::size_t>(config.seeds)) {
    const PushCase& push_case = config.cases[runs[i].push_case];
    if (!HasPriorities(push_case)) continue;
    Json flows = Json::array();
    for (std::size_t f = 0; f < push_case.flows.size(); ++f) {
      std::vector<double> got;
      std::optional<double> asked;
      for (std::size_t s = i; s < i + static_cast<std::size_t>(config.seeds); ++s) {
        const PushResult::Flow& flow = runs[s].result.flows[f];
        if (flow.share) got.push_back(*flow.share);
        if (flow.asked_share) asked = flow.asked_share;
      }
      flows.push_back({{"priority", push_case.flows[f].priority},
                       {"share", got.empty() ? Json(nullptr) : Number(Mean(got))},
                       {"asked_share", Maybe(asked)}});
    }
    out.push_back({{"controller", config.runners[runs[i].runner].name},
                   {"case", push_case.name},
                   {"flows", std::move(flows)}});
  }
  return out;
}

Json CasesOf(const RaceConfig& config) {
  Json out = Json::array();
  for (const PushCase& c : config.cases) {
    out.push_back({{"case", c.name},
                   {"group", c.group},
                   {"title", c.title},
                   {"duration_s", Number(c.duration.seconds_f())},
                   {"flows", c.flows.size()},
                   {"unavoidable_freeze_percent",
                    Maybe(UnavoidableFreezePercent(c, config.rates, config.playout_delay))}});
  }
  return out;
}

std::string Cell(const Json& value, const char* format) {
  std::array<char, 48> text{};
  if (!value.is_number()) return "-";
  std::snprintf(text.data(), text.size(), format, value.get<double>());
  return text.data();
}

void AddRow(std::string& out, const std::string& first, const std::string& second,
            const std::vector<std::string>& cells) {
  std::array<char, 128> text{};
  std::snprintf(text.data(), text.size(), "%-34.34s %-18.18s", first.c_str(), second.c_str());
  out += text.data();
  for (const std::string& cell : cells) {
    std::snprintf(text.data(), text.size(), " %9s", cell.c_str());
    out += text.data();
  }
  out += '\n';
}

// Share that a flow got / that its priority asks for.
void AddShares(std::string& out, const Json& shares) {
  if (shares.empty()) return;
  out += '\n';
  AddRow(out, "shares by priority", "", {"got/asked"});
  for (const Json& row : shares) {
    std::vector<std::string> cells;
    for (const Json& flow : row["flows"]) {
      cells.push_back(Cell(flow["share"], "%.2f") + "/" + Cell(flow["asked_share"], "%.2f"));
    }
    AddRow(out, row["case"].get<std::string>(), row["controller"].get<std::string>(), cells);
  }
}

}  // namespace

Json RaceReport(const RaceConfig& config, const std::vector<RaceRun>& runs) {
  Json report = {{"results", Json::array()}, {"summary", Json::array()}};
  for (const RaceRun& run : runs) report["results"].push_back(ResultOf(config, run));
  for (std::size_t r = 0; r < config.runners.size(); ++r) {
    report["summary"].push_back(SummaryOf(config, runs, r));
  }
  report["steps"] = StepTable(config, runs);
  report["shares"] = ShareTable(config, runs);
  report["cases"] = CasesOf(config);
  report["targets"] =
      config.transport == PushTransport::kRts ? TargetsOf(config, runs) : Json::array();
  report["score_formula"] = kScoreFormula;
  report["seeds"] = config.seeds;
  return report;
}

std::string RaceTable(const Json& report) {
  std::string out;
  AddRow(out, "case", "controller",
         {"util", "kbit/s", "delay p50", "p95", "p99 ms", "send p95", "queue p95", "again %",
          "freeze %", "dropped", "skipped", "broken"});
  // Rows of one case and controller lie together: one line for their means over seeds.
  const Json& results = report["results"];
  const auto seeds = report["seeds"].get<std::size_t>();
  for (std::size_t i = 0; i < results.size(); i += seeds) {
    const auto mean = [&](const char* pointer) {
      std::vector<double> values;
      for (std::size_t s = 0; s < seeds; ++s) {
        const Json& value = results[i + s].at(Json::json_pointer(pointer));
        if (value.is_number()) values.push_back(value.get<double>());
      }
      return values.empty() ? Json(nullptr) : Json(Mean(values));
    };
    AddRow(out, results[i]["case"].get<std::string>(), results[i]["controller"].get<std::string>(),
           {Cell(mean("/utilisation"), "%.3f"), Cell(mean("/mean_kbps"), "%.0f"),
            Cell(mean("/frame_delay_ms/p50"), "%.0f"), Cell(mean("/frame_delay_ms/p95"), "%.0f"),
            Cell(mean("/frame_delay_ms/p99"), "%.0f"), Cell(mean("/send_delay_ms/p95"), "%.0f"),
            Cell(mean("/queue_ms/p95"), "%.0f"), Cell(mean("/retransmit_percent"), "%.2f"),
            Cell(mean("/freeze_percent"), "%.2f"), Cell(mean("/frames/dropped"), "%.0f"),
            Cell(mean("/frames/skipped"), "%.0f"), Cell(mean("/frames/broken"), "%.0f")});
  }
  AddShares(out, report["shares"]);
  out += '\n';
  AddRow(out, "summary", "", {"util", "kbit/s", "delay p95", "send p95", "freeze %", "score"});
  for (const Json& s : report["summary"]) {
    AddRow(out, s["controller"].get<std::string>(), "",
           {Cell(s["utilisation"], "%.3f"), Cell(s["mean_kbps"], "%.0f"),
            Cell(s["frame_delay_p95_ms"], "%.0f"), Cell(s["send_delay_p95_ms"], "%.0f"),
            Cell(s["freeze_percent"], "%.2f"), Cell(s["score"], "%.1f")});
  }
  return out;
}

}  // namespace onair::samples
