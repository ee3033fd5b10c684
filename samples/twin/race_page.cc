// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/race_page.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "samples/common/page.h"
#include "samples/twin/race_report.h"
#include "samples/twin/time_chart.h"

namespace onair::samples {
namespace {

constexpr std::string_view kStyle = R"(
h3{font-size:1em;margin:1.6em 0 .5em}p{max-width:60em}
.best{background:#dcefe3;font-weight:600}
td.case,th.case{text-align:left;position:sticky;left:0;background:#fff;max-width:15em;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
.heat td{border:1px solid #fff;padding:.2em .35em;min-width:2.6em}.heat td.case{border:0;max-width:14em;white-space:normal;overflow-wrap:anywhere;font-size:.85em;line-height:1.2}
.heat th{border:0;padding:.2em .35em;vertical-align:bottom}.heat th span{writing-mode:vertical-rl;transform:rotate(180deg);font-weight:600}
.plane{max-width:700px;display:block;margin-top:1em}.name{font:600 12px sans-serif;paint-order:stroke;stroke:#fff;stroke-width:3px}
.steps td{white-space:nowrap}.line{text-align:left}
.heats{display:grid;gap:1.5em}
.heats>div{overflow-x:auto;min-width:0}
.charts{grid-template-columns:repeat(auto-fit,minmax(min(380px,100%),1fr))}
.note{color:#56626b;font-size:.9em}.key span{display:inline-block;margin-right:1.2em;white-space:nowrap}
.key i{display:inline-block;width:1.4em;height:.7em;margin-right:.4em;border-radius:2px}
details{border-top:1px solid #d8dee3;padding:.4em 0}summary{cursor:pointer;font-weight:600}
summary small{color:#56626b;font-weight:400}
@media(max-width:600px){body{font-size:14px;margin:1em auto}th,td{padding:.2em .45em}td.case,th.case{max-width:8.5em}.heat td.case{max-width:11em;min-width:9em}}
)";

// Okabe and Ito's colours, which everybody tells apart; darker where they were too light to read.
constexpr std::array kColours{"#0072b2", "#d55e00", "#007a5a", "#b0527f",
                              "#8a6d00", "#3d9bd1", "#444444", "#7a4fb5"};
std::string ColourOf(std::size_t runner) {
  return kColours[runner % kColours.size()];
}

std::string Text(double value, int decimals) {
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  return text.data();
}

struct Column {
  const char* key;
  const char* name;
  int decimals;
  enum class Best { kMost, kLeast, kNone } best;
};
constexpr std::array kSummary{
    Column{"score", "Score", 1, Column::Best::kMost},
    Column{"utilisation", "Utilisation", 3, Column::Best::kMost},
    Column{"mean_kbps", "Media kbit/s", 0, Column::Best::kMost},
    Column{"frame_delay_p95_ms", "Frame delay p95 ms", 0, Column::Best::kLeast},
    Column{"send_delay_p95_ms", "Send delay p95 ms", 0, Column::Best::kLeast},
    Column{"queue_p95_ms", "Queue p95 ms", 0, Column::Best::kLeast},
    Column{"freeze_percent", "Freeze %", 2, Column::Best::kLeast},
    Column{"broken_frames", "Broken frames", 0, Column::Best::kNone},
    Column{"failed_runs", "Failed runs", 0, Column::Best::kNone}};

// What the best of a column reads, as text: ties are all best.
std::string BestOf(const Json& rows, const Column& column) {
  if (column.best == Column::Best::kNone) return {};
  double best = rows[0][column.key].get<double>();
  for (const Json& row : rows) {
    const double value = row[column.key].get<double>();
    best = column.best == Column::Best::kMost ? std::max(best, value) : std::min(best, value);
  }
  return Text(best, column.decimals);
}

std::string Summary(const Json& rows) {
  std::string out =
      "<h2>Summary</h2><p>Means over cases; each case counts once, however many seeds. The best "
      "of a column is marked. Score = " +
      HtmlEscaped(kScoreFormula) +
      ".</p>\n<div class=\"wide\"><table><tr><th class=\"case\">Controller</th>";
  for (const Column& column : kSummary) out += "<th>" + std::string(column.name) + "</th>";
  out += "</tr>\n";
  for (std::size_t r = 0; r < rows.size(); ++r) {
    out += "<tr><td class=\"case\" style=\"color:" + ColourOf(r) + "\"><b>" +
           HtmlEscaped(rows[r]["controller"].get<std::string>()) + "</b></td>";
    for (const Column& column : kSummary) {
      const std::string text = Text(rows[r][column.key].get<double>(), column.decimals);
      out += text == BestOf(rows, column) ? "<td class=\"best\">" : "<td>";
      out += text + "</td>";
    }
    out += "</tr>\n";
  }
  return out + "</table></div>\n";
}

// Mean over seeds of one case and runner.
struct Cell {
  double utilisation = 0;
  std::optional<double> delay_p95;  // Empty: a run without a picture.
  double freeze = 0;
};

class Grid {
 public:
  Grid(const RaceConfig& config, const std::vector<RaceRun>& runs) : config_(config) {
    cells_.resize(config.cases.size() * config.runners.size());
    const auto seeds = static_cast<double>(config.seeds);
    for (Cell& cell : cells_) cell.delay_p95 = 0;
    for (const RaceRun& run : runs) {
      Cell& cell = cells_[run.push_case * config.runners.size() + run.runner];
      cell.utilisation += run.result.utilisation.value_or(0) / seeds;
      cell.freeze += run.result.freeze_percent / seeds;
      const auto delay = run.result.frame_delay_ms.p95;
      cell.delay_p95 =
          delay && cell.delay_p95 ? std::optional(*cell.delay_p95 + *delay / seeds) : std::nullopt;
    }
  }
  const Cell& At(std::size_t push_case, std::size_t runner) const {
    return cells_[push_case * config_.runners.size() + runner];
  }

 private:
  const RaceConfig& config_;
  std::vector<Cell> cells_;
};

// White to `hue` (as "r,g,b" of its full depth); `share` in [0, 1].
std::string Shade(double share, const std::array<int, 3>& hue) {
  std::string out = "style=\"background:rgb(";
  for (std::size_t i = 0; i < hue.size(); ++i) {
    const double value = 255 - share * (255 - hue[i]);
    out += Text(value, 0) + (i + 1 < hue.size() ? "," : ")");
  }
  return out + (share > 0.6 ? ";color:#fff\"" : "\"");
}

// A column before the controllers: a text for each case.
struct Before {
  std::string name;
  std::vector<std::string> cells;
};

Before Unavoidable(const Json& cases) {
  Before out{"unavoidable", {}};
  for (const Json& c : cases) {
    const Json& value = c["unavoidable_freeze_percent"];
    out.cells.push_back(value.is_number() ? Text(value.get<double>(), 1) : "");
  }
  return out;
}

template <typename MakeCell>
std::string Heat(const RaceConfig& config, const char* title, const Before& before,
                 MakeCell make_cell) {
  std::string out = "<div><h3>" + std::string(title) + "</h3><table class=\"heat\"><tr><th></th>";
  if (!before.cells.empty()) out += "<th><span>" + before.name + "</span></th>";
  for (const auto& runner : config.runners) {
    out += "<th><span>" + HtmlEscaped(runner.name) + "</span></th>";
  }
  out += "</tr>\n";
  for (std::size_t c = 0; c < config.cases.size(); ++c) {
    const std::string name = HtmlEscaped(config.cases[c].name);
    out += "<tr><td class=\"case\" title=\"" + name + "\">" + name + "</td>";
    if (!before.cells.empty()) out += "<td>" + before.cells[c] + "</td>";
    for (std::size_t r = 0; r < config.runners.size(); ++r) out += make_cell(c, r);
    out += "</tr>\n";
  }
  return out + "</table></div>\n";
}

std::string Heats(const RaceConfig& config, const Grid& grid, const Json& cases) {
  constexpr std::size_t kNamePixels = 165;
  constexpr std::size_t kCellPixels = 50;
  constexpr std::array kGreen{0, 104, 74};
  constexpr std::array kRed{178, 60, 10};
  std::string out =
      "<h2>Every case</h2><div class=\"heats\" "
      "style=\"grid-template-columns:repeat(auto-fit,minmax(min(" +
      std::to_string(kNamePixels + kCellPixels * config.runners.size()) + "px,100%),1fr))\">\n";
  out += Heat(config, "Utilisation (dark is good)", {}, [&](std::size_t c, std::size_t r) {
    const double value = grid.At(c, r).utilisation;
    return "<td " + Shade(std::clamp(value, 0.0, 1.0) * 0.9, kGreen) + ">" + Text(value, 2) +
           "</td>";
  });
  // 50 ms to 5 s, by their logarithm.
  out += Heat(config, "Frame delay p95, ms (light is good)", {}, [&](std::size_t c, std::size_t r) {
    const auto value = grid.At(c, r).delay_p95;
    if (!value) return std::string("<td>–</td>");
    const double share =
        std::clamp(std::log(std::max(*value, 1.0) / 50) / std::log(100.0), 0.0, 1.0);
    return "<td " + Shade(share * 0.9, kRed) + ">" + Text(*value, 0) + "</td>";
  });
  out += Heat(config, "Freeze, % of time (light is good)", Unavoidable(cases),
              [&](std::size_t c, std::size_t r) {
                const double value = grid.At(c, r).freeze;
                return "<td " + Shade(std::clamp(std::sqrt(value / 40), 0.0, 1.0) * 0.9, kRed) +
                       ">" + Text(value, 1) + "</td>";
              });
  return out + "</div>\n";
}

// One measure of one step: a row with a cell for each controller.
struct StepMeasure {
  const char* key;
  const char* name;
};
constexpr std::array kOfFall{StepMeasure{"below_capacity_ms", "rate below capacity"},
                             StepMeasure{"short_queue_ms", "queue below 100 ms"}};
constexpr std::array kOfRise{StepMeasure{"used_ms", "90 % asked for"}};

// `first` of steps[] and each `stride` further: the same step of every controller.
std::string StepRow(const std::vector<const Json*>& steps, const StepMeasure& measure) {
  const Json& first = *steps.front();
  std::optional<double> best;
  for (const Json* step : steps) {
    const Json& value = (*step)[measure.key]["p50"];
    if (value.is_number()) best = std::min(value.get<double>(), best.value_or(value.get<double>()));
  }
  std::string out = "<tr><td class=\"case\">" + HtmlEscaped(first["case"].get<std::string>()) +
                    "</td><td>" + Text(first["before_kbps"].get<double>(), 0) + " → " +
                    Text(first["after_kbps"].get<double>(), 0) + "</td><td>" + measure.name +
                    "</td>";
  for (const Json* step : steps) {
    const Json& spread = (*step)[measure.key];
    const std::int64_t missing =
        (*step)["seeds"].get<std::int64_t>() - spread["count"].get<std::int64_t>();
    out += spread["p50"].is_number() && spread["p50"].get<double>() == *best ? "<td class=\"best\">"
                                                                             : "<td>";
    if (spread["p50"].is_number()) {
      out += Text(spread["p50"].get<double>(), 0) + " / " + Text(spread["p90"].get<double>(), 0);
    }
    if (missing > 0) out += " <small>" + std::to_string(missing) + " never</small>";
    out += "</td>";
  }
  return out + "</tr>\n";
}

std::string Steps(const RaceConfig& config, const Json& steps) {
  if (steps.empty()) return {};
  std::string out =
      "<h2>Steps</h2><p>Time after a step of the capacity, ms, median / p90 over the seeds that "
      "got there. After a fall: until the rate asked of the encoder is not above the capacity, and "
      "until the queue stays short. After a rise: until 90 % of the capacity is asked for.</p>\n"
      "<div class=\"wide\"><table class=\"steps\"><tr><th class=\"case\">Case</th>"
      "<th>kbit/s</th><th>Time until</th>";
  for (const auto& runner : config.runners) out += "<th>" + HtmlEscaped(runner.name) + "</th>";
  out += "</tr>\n";
  std::vector<std::string> done;
  for (const Json& first : steps) {
    const std::string id = first["case"].get<std::string>() + first["at_s"].dump();
    if (std::find(done.begin(), done.end(), id) != done.end()) continue;
    done.push_back(id);
    std::vector<const Json*> same;
    for (const Json& step : steps) {
      if (step["case"] == first["case"] && step["at_s"] == first["at_s"]) same.push_back(&step);
    }
    const double after = first["after_kbps"].get<double>();
    if (after > first["before_kbps"].get<double>()) {
      out += StepRow(same, kOfRise[0]);
    } else {
      // No rate is below nothing.
      for (const StepMeasure& m : kOfFall) out += after > 0 ? StepRow(same, m) : "";
    }
  }
  return out + "</table></div>\n";
}

// Of flows of different priorities: what each got, and what its priority asks for.
std::string Shares(const Json& shares) {
  if (shares.empty()) return {};
  std::string out =
      "<h2>Shares</h2><p>Of the line while all flows were on, in percent: got / asked for by "
      "priority.</p>\n<div class=\"wide\"><table class=\"steps\"><tr><th class=\"case\">Case</th>"
      "<th>Controller</th><th>Flows</th></tr>\n";
  for (const Json& row : shares) {
    out += "<tr><td class=\"case\">" + HtmlEscaped(row["case"].get<std::string>()) + "</td><td>" +
           HtmlEscaped(row["controller"].get<std::string>()) + "</td><td>";
    const char* between = "";
    for (const Json& flow : row["flows"]) {
      const auto percent = [&flow](const char* key) {
        return flow[key].is_number() ? Text(100 * flow[key].get<double>(), 0) : std::string("-");
      };
      out += between + percent("share") + " / " + percent("asked_share");
      between = ", ";
    }
    out += "</td></tr>\n";
  }
  return out + "</table></div>\n";
}

// Use over delay, a faint mark for each case and a full one for the mean.
std::string Plane(const RaceConfig& config, const Grid& grid, const Json& summary) {
  constexpr double kWidth = 560, kHeight = 300, kLeft = 44, kBottom = 40, kTop = 14, kRight = 24;
  const auto x = [](double ms) {
    const double share = std::clamp(std::log(ms / 20) / std::log(500.0), 0.0, 1.0);
    return kLeft + share * (kWidth - kLeft - kRight);
  };
  const auto y = [](double use) {
    return kHeight - kBottom - std::clamp(use, 0.0, 1.05) / 1.05 * (kHeight - kBottom - kTop);
  };
  const auto mark = [&](double ms, double use, std::size_t r, const char* radius,
                        const char* opacity, const std::string& title) {
    return "<circle cx=\"" + Text(x(ms), 1) + "\" cy=\"" + Text(y(use), 1) + "\" r=\"" + radius +
           "\" fill=\"" + ColourOf(r) + "\" fill-opacity=\"" + opacity + "\"><title>" +
           HtmlEscaped(title) + "</title></circle>";
  };
  std::string out = "<svg class=\"plane\" viewBox=\"0 0 560 300\" role=\"img\">";
  for (const double ms : {20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0, 10000.0}) {
    out += "<path class=\"grid\" d=\"M" + Text(x(ms), 1) + " 14V260\"/><text class=\"tick\" x=\"" +
           Text(x(ms), 1) + "\" y=\"275\" text-anchor=\"middle\">" + Text(ms, 0) + "</text>";
  }
  for (const double use : {0.0, 0.25, 0.5, 0.75, 1.0}) {
    out += "<path class=\"grid\" d=\"M44 " + Text(y(use), 1) +
           "H536\"/><text class=\"tick\" x=\"39\" y=\"" + Text(y(use) + 4, 1) +
           "\" text-anchor=\"end\">" + Text(use, 2) + "</text>";
  }
  out +=
      "<text class=\"tick\" x=\"536\" y=\"292\" text-anchor=\"end\">frame delay p95, ms (left is "
      "good)</text><text class=\"tick\" x=\"48\" y=\"24\">utilisation (up is good)</text>";
  for (std::size_t r = 0; r < config.runners.size(); ++r) {
    for (std::size_t c = 0; c < config.cases.size(); ++c) {
      const Cell& cell = grid.At(c, r);
      if (!cell.delay_p95) continue;
      out += mark(*cell.delay_p95, cell.utilisation, r, "3.5", "0.35",
                  config.runners[r].name + ", " + config.cases[c].name);
    }
  }
  std::vector<std::size_t> downwards(config.runners.size());
  for (std::size_t r = 0; r < downwards.size(); ++r) downwards[r] = r;
  const auto use_of = [&](std::size_t r) { return summary[r]["utilisation"].get<double>(); };
  std::stable_sort(downwards.begin(), downwards.end(),
                   [&](std::size_t a, std::size_t b) { return use_of(a) > use_of(b); });
  std::vector<std::pair<double, double>> names;  // Where they stand, from above.
  for (const std::size_t r : downwards) {
    const double ms = summary[r]["frame_delay_p95_ms"].get<double>();
    out += mark(ms, use_of(r), r, "7", "1", config.runners[r].name + ", mean");
    constexpr double kLine = 13;  // So that names do not lie on each other.
    constexpr double kLongestName = 110;
    double name_y = y(use_of(r)) + 4;
    for (const auto& [other_x, other_y] : names) {
      const bool is_beside = std::abs(other_x - x(ms)) > kLongestName;
      if (!is_beside && name_y < other_y + kLine) name_y = other_y + kLine;
    }
    names.emplace_back(x(ms), name_y);
    out += "<text class=\"name\" x=\"" + Text(x(ms) - 10, 1) + "\" y=\"" + Text(name_y, 1) +
           "\" text-anchor=\"end\" fill=\"" + ColourOf(r) + "\">" +
           HtmlEscaped(config.runners[r].name) + "</text>";
  }
  return out + "</svg>\n";
}

// So that a page stays below some MB: about 9 bytes a point, 4 curves a run.
constexpr double kMostCurveBytes = 3e6;
std::size_t PointsOf(const RaceConfig& config) {
  const auto curves = static_cast<double>(config.cases.size() * config.runners.size() * 4);
  return static_cast<std::size_t>(std::clamp(kMostCurveBytes / 9 / curves, 40.0, 240.0));
}

using Values = std::vector<std::optional<double>>;
template <typename Field>
Values Column1(const PushResult& result, Field field, std::size_t most, Keep keep) {
  Values values;
  for (const PushResult::Row& row : result.timeline) values.emplace_back(field(row));
  return Thinned(values, most, keep);
}

class CasePages {
 public:
  CasePages(const RaceConfig& config, const std::vector<RaceRun>& runs, const Grid& grid)
      : config_(config), runs_(runs), grid_(grid), points_(PointsOf(config)) {}

  std::string Draw() const {
    std::string out =
        "<h2>Curves</h2><p class=\"key\"><span><i style=\"background:#dfe4e8\"></i>capacity</span>"
        "<span><i style=\"background:#1d2429\"></i>sent (full line)</span><span>asked of the "
        "encoder (dashed)</span><br>Seed 1. Delay: age of the newest whole picture at the server, "
        "the greatest of each span; logarithmic.</p>\n";
    constexpr std::size_t kOpen = 3;  // The first ones; a page of all would be long.
    for (std::size_t c = 0; c < config_.cases.size(); ++c) out += Case(c, c < kOpen);
    return out;
  }

 private:
  // Seed 1.
  const PushResult& First(std::size_t c, std::size_t r) const {
    const auto seeds = static_cast<std::size_t>(config_.seeds);
    return runs_[(c * config_.runners.size() + r) * seeds].result;
  }
  double MostKbps(std::size_t c) const {
    double sent = 0;
    for (std::size_t r = 0; r < config_.runners.size(); ++r) {
      for (const auto& row : First(c, r).timeline) sent = std::max(sent, row.target_kbps);
    }
    double capacity = 0;
    for (const auto& row : First(c, 0).timeline) capacity = std::max(capacity, row.capacity_kbps);
    return std::max(100.0, std::min(capacity, sent * 1.25) * 1.05);
  }

  std::string Case(std::size_t c, bool is_open) const {
    const PushCase& push_case = config_.cases[c];
    std::string out = std::string("<details") + (is_open ? " open" : "") + "><summary>" +
                      HtmlEscaped(push_case.name) + " <small>" + HtmlEscaped(push_case.title) +
                      "</small></summary><div class=\"charts\">\n";
    const double most = MostKbps(c);
    for (std::size_t r = 0; r < config_.runners.size(); ++r) out += Rates(c, r, most);
    return out + Delays(c) + "</div></details>\n";
  }

  std::string Rates(std::size_t c, std::size_t r, double most) const {
    const PushResult& result = First(c, r);
    const Cell& cell = grid_.At(c, r);
    TimeChart chart;
    chart.title = config_.runners[r].name;
    chart.note = "used " + Text(100 * cell.utilisation, 0) + " %, p95 " +
                 (cell.delay_p95 ? Text(*cell.delay_p95, 0) : "–") + " ms, frozen " +
                 Text(cell.freeze, 1) + " %";
    chart.colour = ColourOf(r);
    chart.unit = "kbit/s";
    chart.seconds = config_.cases[c].duration.seconds_f();
    chart.to = most;
    chart.lines = {
        {TimeLine::Look::kArea, "#dfe4e8",
         Column1(
             result, [](const auto& row) { return row.capacity_kbps; }, points_, Keep::kMean)},
        {TimeLine::Look::kThin, "#1d2429",
         Column1(
             result, [](const auto& row) { return row.target_kbps; }, points_, Keep::kMean)},
        {TimeLine::Look::kLine, ColourOf(r),
         Column1(
             result, [](const auto& row) { return row.sent_kbps; }, points_, Keep::kMean)}};
    return samples::Draw(chart);
  }

  std::string Delays(std::size_t c) const {
    TimeChart chart;
    chart.title = "Delay";
    chart.note = "all controllers";
    chart.unit = "ms";
    chart.seconds = config_.cases[c].duration.seconds_f();
    chart.scale = TimeChart::Scale::kLog;
    chart.from = 10;
    chart.to = 10'000;
    for (std::size_t r = 0; r < config_.runners.size(); ++r) {
      chart.lines.push_back(
          {TimeLine::Look::kLine, ColourOf(r),
           Column1(
               First(c, r), [](const auto& row) { return row.age_ms; }, points_, Keep::kGreatest)});
    }
    return samples::Draw(chart);
  }

  const RaceConfig& config_;
  const std::vector<RaceRun>& runs_;
  const Grid& grid_;
  std::size_t points_;
};

std::string Targets(const Json& targets) {
  if (targets.empty()) return {};
  std::string out =
      "<h2>What it must show</h2><div class=\"wide\"><table class=\"steps\"><tr><th class=\"case\">"
      "</th><th>Wanted</th>";
  for (const Json& result : targets[0]["results"]) {
    out += "<th>" + HtmlEscaped(result["controller"].get<std::string>()) + "</th>";
  }
  out += "</tr>\n";
  for (const Json& row : targets) {
    out += "<tr><td class=\"line\">" + HtmlEscaped(row["name"].get<std::string>()) + "</td><td>" +
           HtmlEscaped(row["want"].get<std::string>()) + "</td>";
    for (const Json& result : row["results"]) {
      const bool is_met = result["is_met"].is_boolean() && result["is_met"].get<bool>();
      const Json& value = result["value"];
      const char* otherwise = result["is_met"].is_null() ? "-" : "never";
      out += std::string(is_met ? "<td class=\"best\">" : "<td>") +
             (value.is_null() ? otherwise : Text(value.get<double>(), row["digits"].get<int>())) +
             "</td>";
    }
    out += "</tr>\n";
  }
  return out + "</table></div>\n";
}

std::string Conditions(const RaceConfig& config) {
  const bool is_rts = config.transport == PushTransport::kRts;
  std::string out =
      std::string(is_rts ? "<p>WebRTC over modelled links in virtual time: our own session, client "
                           "and edge. "
                         : "<p>RTMP over modelled TCP in virtual time: our own session, protocol "
                           "and server. ") +
      std::to_string(config.cases.size()) + " cases, " + std::to_string(config.runners.size()) +
      " controllers, " + std::to_string(config.seeds) + (config.seeds == 1 ? " seed" : " seeds") +
      " each. Video " + Text(config.rates.least.kbps_f(), 0) + " to " +
      Text(config.rates.most.kbps_f(), 0) +
      " kbit/s, 30 pictures a second, where a case does not tell otherwise. "
      "Utilisation: media delivered over the least of capacity and highest rate. "
      "Frame delay: from capture until the picture is whole at the server. Freeze: "
      "what gaps between pictures take beyond 150 ms, seen " +
      Text(config.playout_delay.ms_f(), 0) + " ms after capture.</p>\n";
  return out;
}

}  // namespace

std::string RacePage(const RaceConfig& config, const std::vector<RaceRun>& runs,
                     const Json& report) {
  const Grid grid(config, runs);
  const char* title = config.transport == PushTransport::kRts
                          ? "Congestion control of a realtime push"
                          : "Congestion control of a TCP push";
  return PageHead(title, kStyle) + Conditions(config) + Targets(report["targets"]) +
         Summary(report["summary"]) + Plane(config, grid, report["summary"]) +
         Heats(config, grid, report["cases"]) + Steps(config, report["steps"]) +
         Shares(report["shares"]) + CasePages(config, runs, grid).Draw() + "</body></html>\n";
}

}  // namespace onair::samples
