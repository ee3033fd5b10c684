// SPDX-License-Identifier: Apache-2.0
#include "samples/quality/html_report.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <vector>

#include "samples/common/page.h"
#include "samples/quality/curve_chart.h"

namespace onair::samples {
namespace {

constexpr std::string_view kStyle = R"(
th:first-child,td:first-child{white-space:nowrap}
.runs{font-size:.92em}.runs th[colspan]{text-align:center}.runs th,.runs td{padding:.25em .5em;white-space:nowrap}.runs .next td{border-top:2px solid #9aa6af}
.settings td{text-align:left}
)";

struct Named {
  const char* key;
  const char* name;
};
constexpr std::array kRegionNames{Named{"face", "Face"}, Named{"background", "Background"},
                                  Named{"all", "Whole picture"}, Named{"ring", "Ring"}};
constexpr std::size_t kCharted = 3;  // All but the ring, which is part of the background.

std::string Fixed(const Json& value, int decimals) {
  if (!value.is_number()) return "–";
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%.*f", decimals, value.get<double>());
  return text.data();
}

// With its sign, as a difference is read.
std::string Signed(const Json& value, int decimals) {
  const std::string text = Fixed(value, decimals);
  if (text.front() == '-') return "−" + text.substr(1);
  return value.is_number() ? "+" + text : text;
}

std::string KeyOf(const char* region, const char* measure) {
  return std::string(region) == "all" ? measure : std::string(region) + "_" + measure;
}

std::string NameOf(const Json& row) {
  const std::string roi = row["roi"] == "on" ? "with regions" : "without regions";
  return row["look_ahead_ms"].get<double>() > 0 ? roi + ", look-ahead" : roi;
}

// One line a variant, in the order of the rows.
std::vector<ChartLine> LinesOf(const Json& report, const std::string& key) {
  std::vector<ChartLine> lines;
  for (const Json& row : report["rows"]) {
    const std::string name = NameOf(row);
    if (lines.empty() || lines.back().name != name) lines.push_back({name, {}});
    if (row[key].is_number()) {
      lines.back().points.push_back({row["actual_kbps"].get<double>(), row[key].get<double>()});
    }
  }
  return lines;
}

std::string Charts(const Json& report) {
  std::string out = "<h2>Quality over rate</h2><div class=\"charts\">\n";
  for (const Named measure : {Named{"psnr", "PSNR"}, Named{"ssim", "SSIM"}}) {
    for (std::size_t i = 0; i < kCharted; ++i) {
      const bool is_psnr = std::string(measure.key) == "psnr";
      const auto lines = LinesOf(report, KeyOf(kRegionNames[i].key, measure.key));
      out += CurveChart(
          {std::string(kRegionNames[i].name) + ", " + measure.name, is_psnr ? "dB" : ""}, lines);
    }
  }
  return out + "</div>\n";
}

// Below 0 is fewer bits for the same.
std::string Percent(const Json& value) {
  if (!value.is_number()) return "<td>–</td>";
  const char* kind = value.get<double>() <= 0 ? "good" : "bad";
  return std::string("<td class=\"") + kind + "\">" + Signed(value, 1) + " %</td>";
}

std::string BdTable(const Json& report) {
  std::string out =
      "<h2>Bits for equal quality (BD-rate)</h2><p>What regions, with all that comes with them, "
      "cost and give against the encoder without them and without look-ahead. Bits: below 0 is "
      "fewer for the same quality. Quality: above 0 is more for the same bits. The ring is the "
      "background within half a face's width of the faces.</p>\n"
      "<table><tr><th>Part of the picture</th><th>Bits at equal PSNR</th><th>Bits at equal "
      "SSIM</th>"
      "<th>PSNR at equal bits</th></tr>\n";
  for (const Named region : kRegionNames) {
    out += "<tr><td>" + std::string(region.name) + "</td>" +
           Percent(report["bd_rate_percent"][region.key]) +
           Percent(report["bd_rate_ssim_percent"][region.key]) + "<td>" +
           Signed(report["bd_psnr_db"][region.key], 2) + " dB</td></tr>\n";
  }
  return out + "</table>\n";
}

std::string RowTable(const Json& report) {
  std::string out =
      "<h2>Runs</h2><div class=\"wide\"><table class=\"runs\"><tr><th rowspan=\"2\">Encoder</th>"
      "<th colspan=\"3\">Rate, kbit/s</th>";
  std::string second = "<tr><th>target</th><th>actual</th><th>off by</th>";
  for (const Named region : kRegionNames) {
    out += "<th colspan=\"2\">" + std::string(region.name) + "</th>";
    second += "<th>PSNR dB</th><th>SSIM</th>";
  }
  out += "<th colspan=\"2\">Encoding, ms</th></tr>\n" + second + "<th>p50</th><th>p95</th></tr>\n";
  std::string last;
  for (const Json& row : report["rows"]) {
    const std::string name = NameOf(row);
    const bool is_next = !last.empty() && name != last;
    last = name;
    out += std::string(is_next ? "<tr class=\"next\">" : "<tr>") + "<td>" + HtmlEscaped(name) +
           "</td><td>" + Fixed(row["target_kbps"], 0) + "</td><td>" + Fixed(row["actual_kbps"], 1) +
           "</td><td>" + Signed(row["rate_error_percent"], 1) + " %</td>";
    for (const Named region : kRegionNames) {
      out += "<td>" + Fixed(row[KeyOf(region.key, "psnr")], 2) + "</td><td>" +
             Fixed(row[KeyOf(region.key, "ssim")], 4) + "</td>";
    }
    out += "<td>" + Fixed(row["encode_ms"]["p50"], 1) + "</td><td>" +
           Fixed(row["encode_ms"]["p95"], 1) + "</td></tr>\n";
  }
  return out + "</table></div>\n";
}

// What a key of the report means to people; others stand for themselves.
std::string SettingName(const std::string& key) {
  constexpr std::array kNames{Named{"input", "Clip"},
                              Named{"video", "Codec"},
                              Named{"frames", "Pictures"},
                              Named{"width", "Width, pixels"},
                              Named{"height", "Height, pixels"},
                              Named{"fps", "Pictures per second"},
                              Named{"preset", "Encoder preset"},
                              Named{"mode", "Mode"},
                              Named{"gop_s", "Between key frames, s"},
                              Named{"vbv_ms", "Rate buffer, ms"},
                              Named{"threads", "Encoder threads"},
                              Named{"roi_strength", "Strength of regions, 0..1"},
                              Named{"noise", "Added camera noise, luma steps"},
                              Named{"face", "Faces found by"},
                              Named{"boxes", "Measured in the boxes of"}};
  const auto known = std::find_if(kNames.begin(), kNames.end(),
                                  [&](const Named& named) { return key == named.key; });
  return known == kNames.end() ? key : known->name;
}

// Everything of the report that is no result.
std::string Settings(const Json& report) {
  std::string out = "<h2>Settings</h2><table class=\"settings\">\n";
  for (const auto& [key, value] : report.items()) {
    if (key == "rows" || key.starts_with("bd_") || value.is_null()) continue;
    const std::string text =
        value.is_string() ? value.get<std::string>()
                          : value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    out += "<tr><td>" + HtmlEscaped(SettingName(key)) + "</td><td>" + HtmlEscaped(text) +
           "</td></tr>\n";
  }
  return out + "</table>\n";
}

}  // namespace

std::string Base64(std::string_view bytes) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  out.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k) {
      const bool has_byte = i + k < bytes.size();
      group = group << 8 | (has_byte ? static_cast<std::uint8_t>(bytes[i + k]) : 0U);
    }
    for (std::size_t k = 0; k < 4; ++k) {
      const bool has_digit = i + k <= bytes.size();
      out += has_digit ? kDigits[group >> (18 - 6 * k) & 63] : '=';
    }
  }
  return out;
}

std::string HtmlReport(const Json& report, std::string_view sheet_png) {
  const std::string path = report["input"].get<std::string>();
  const std::string name = path.substr(path.rfind('/') + 1);
  std::string out = PageHead("Regions of interest: " + name, kStyle);
  out += BdTable(report) + Charts(report);
  if (!sheet_png.empty()) {
    out +=
        "<h2>Side by side, at equal rate</h2><img alt=\"Comparison sheet\" "
        "src=\"data:image/png;base64," +
        Base64(sheet_png) + "\">\n";
  }
  return out + RowTable(report) + Settings(report) + "</body></html>\n";
}

}  // namespace onair::samples
