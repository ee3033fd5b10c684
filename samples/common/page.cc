// SPDX-License-Identifier: Apache-2.0
#include "samples/common/page.h"

#include <cmath>

namespace onair::samples {
namespace {

constexpr std::string_view kStyle = R"(
body{font:15px/1.5 system-ui,sans-serif;max-width:1440px;margin:2em auto;padding:0 1em;color:#1d2429}
h1{font-size:1.5em}h2{font-size:1.15em;margin-top:2em}p{max-width:52em}
table{border-collapse:collapse;font-variant-numeric:tabular-nums}
th,td{padding:.25em .8em;border-bottom:1px solid #d8dee3;text-align:right}
th:first-child,td:first-child{text-align:left}
.good{color:#0b6e3b;font-weight:600}.bad{color:#a33;font-weight:600}
.charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(450px,100%),1fr));gap:1em}
svg{width:100%;height:auto;border:1px solid #d8dee3;border-radius:4px;background:#fff}
.title{font:600 14px sans-serif;fill:#1d2429}.tick{font:12px sans-serif;fill:#56626b}.grid{stroke:#e6eaed}
img{max-width:100%;height:auto}.wide{overflow-x:auto}
)";

}  // namespace

std::string PageHead(std::string_view title, std::string_view style) {
  const std::string name = HtmlEscaped(title);
  return "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" "
         "content=\"width=device-width,initial-scale=1\">\n<style>" +
         std::string(kStyle) + std::string(style) + "</style>\n<title>" + name +
         "</title></head><body>\n<h1>" + name + "</h1>\n";
}

std::string HtmlEscaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::vector<double> RoundTicks(double from, double to) {
  if (!(from < to)) return {};
  constexpr double kAbout = 5;
  const double power = std::pow(10, std::floor(std::log10((to - from) / kAbout)));
  const double wanted = (to - from) / kAbout / power;
  const double step = power * (wanted < 1.5 ? 1 : wanted < 3.5 ? 2 : wanted < 7.5 ? 5 : 10);
  std::vector<double> ticks;
  for (double k = std::ceil(from / step); k * step <= to; ++k) ticks.push_back(k * step);
  return ticks;
}

}  // namespace onair::samples
