// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/race_report.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <map>

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
                   {"used_ms", Maybe(s.used_ms)}});
  }
  return out;
}

Json FlowsOf(const PushResult& result) {
  Json out = Json::array();
  for (const PushResult::Flow& f : result.flows) {
    out.push_back({{"mean_kbps", Number(f.mean_kbps)},
                   {"freeze_percent", Number(f.freeze_percent)},
                   {"frame_delay_p95_ms", Maybe(f.frame_delay_p95_ms)}});
  }
  return out;
}

std::string HashText(std::uint64_t hash) {
  std::array<char, 20> text{};
  std::snprintf(text.data(), text.size(), "%016llx", static_cast<unsigned long long>(hash));
  return text.data();
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
          {"frames", FramesOf(r.counts)},
          {"reconnects", r.counts.reconnects},
          {"first_picture_ms", Maybe(r.first_picture_ms)},
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

// Of one controller; means over cases of means over seeds, so that each case counts once.
Json SummaryOf(const RaceConfig& config, const std::vector<RaceRun>& runs, std::size_t runner) {
  std::vector<double> use, delay, freeze, kbps, queue, send;
  std::int64_t broken = 0;
  std::int64_t failed = 0;
  for (std::size_t c = 0; c < config.cases.size(); ++c) {
    std::vector<double> case_use, case_delay, case_freeze, case_kbps, case_queue, case_send;
    for (const RaceRun& run : runs) {
      if (run.runner != runner || run.push_case != c) continue;
      const PushResult& r = run.result;
      case_use.push_back(r.utilisation.value_or(0));
      // Without a picture there is no delay: worse than any.
      case_delay.push_back(r.frame_delay_ms.p95.value_or(config.cases[c].duration.ms_f()));
      case_freeze.push_back(r.frame_delay_ms.p95 ? r.freeze_percent : 100);
      case_kbps.push_back(r.mean_kbps);
      case_queue.push_back(r.queue_ms.p95.value_or(0));
      case_send.push_back(r.send_delay_ms.p95.value_or(config.cases[c].duration.ms_f()));
      broken += r.counts.broken;
      failed += r.error.empty() ? 0 : 1;
    }
    use.push_back(Mean(case_use));
    delay.push_back(Mean(case_delay));
    freeze.push_back(Mean(case_freeze));
    kbps.push_back(Mean(case_kbps));
    queue.push_back(Mean(case_queue));
    send.push_back(Mean(case_send));
  }
  const auto part = [](double share) { return 1 - std::min(1.0, share); };
  const double score =
      50 * std::min(1.0, Mean(use)) + 30 * part(Mean(delay) / 1000) + 20 * part(Mean(freeze) / 10);
  return {{"controller", config.runners[runner].name},
          {"utilisation", Number(Mean(use))},
          {"frame_delay_p95_ms", Number(Mean(delay))},
          {"freeze_percent", Number(Mean(freeze))},
          {"score", Number(score)},
          {"send_delay_p95_ms", Number(Mean(send))},
          {"queue_p95_ms", Number(Mean(queue))},
          {"mean_kbps", Number(Mean(kbps))},
          {"broken_frames", broken},
          {"failed_runs", failed}};
}

// Median and p90 over seeds for each step of each case and controller.
Json StepTable(const RaceConfig& config, const std::vector<RaceRun>& runs) {
  Json out = Json::array();
  for (std::size_t i = 0; i < runs.size(); i += static_cast<std::size_t>(config.seeds)) {
    for (std::size_t k = 0; k < runs[i].result.steps.size(); ++k) {
      Distribution below, queue, used;
      int never = 0;
      for (int s = 0; s < config.seeds; ++s) {
        const PushResult::Step& step = runs[i + static_cast<std::size_t>(s)].result.steps[k];
        if (step.below_capacity_ms) below.Add(*step.below_capacity_ms);
        if (step.short_queue_ms) queue.Add(*step.short_queue_ms);
        if (step.used_ms) used.Add(*step.used_ms);
        const bool is_done =
            step.is_fall ? step.below_capacity_ms && step.short_queue_ms : step.used_ms.has_value();
        never += is_done ? 0 : 1;
      }
      const PushResult::Step& first = runs[i].result.steps[k];
      const auto spread = [](const Distribution& q) {
        return Json{{"p50", Maybe(q.At(0.5))}, {"p90", Maybe(q.At(0.9))}};
      };
      out.push_back({{"controller", config.runners[runs[i].runner].name},
                     {"case", config.cases[runs[i].push_case].name},
                     {"at_s", Number(first.at_s)},
                     {"before_kbps", Number(first.before_kbps)},
                     {"after_kbps", Number(first.after_kbps)},
                     {"below_capacity_ms", spread(below)},
                     {"short_queue_ms", spread(queue)},
                     {"used_ms", spread(used)},
                     {"never", never}});
    }
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

}  // namespace

Json RaceReport(const RaceConfig& config, const std::vector<RaceRun>& runs) {
  Json report = {{"results", Json::array()}, {"summary", Json::array()}};
  for (const RaceRun& run : runs) report["results"].push_back(ResultOf(config, run));
  for (std::size_t r = 0; r < config.runners.size(); ++r) {
    report["summary"].push_back(SummaryOf(config, runs, r));
  }
  report["steps"] = StepTable(config, runs);
  report["score_formula"] = kScoreFormula;
  report["seeds"] = config.seeds;
  return report;
}

std::string RaceTable(const Json& report) {
  std::string out;
  AddRow(out, "case", "controller",
         {"util", "kbit/s", "delay p50", "p95", "p99 ms", "send p95", "queue p95", "freeze %",
          "dropped", "skipped", "broken"});
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
            Cell(mean("/queue_ms/p95"), "%.0f"), Cell(mean("/freeze_percent"), "%.2f"),
            Cell(mean("/frames/dropped"), "%.0f"), Cell(mean("/frames/skipped"), "%.0f"),
            Cell(mean("/frames/broken"), "%.0f")});
  }
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
