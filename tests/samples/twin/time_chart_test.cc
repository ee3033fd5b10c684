// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/time_chart.h"

#include <catch2/catch.hpp>

namespace onair::samples {
namespace {

using Values = std::vector<std::optional<double>>;

TEST_CASE("Thinned values are means or greatest of their parts, gaps stay gaps") {
  const Values values = {1, 3, std::nullopt, std::nullopt, 5, std::nullopt};
  CHECK(Thinned(values, 3, Keep::kMean) == Values{2, std::nullopt, 5});
  CHECK(Thinned(values, 3, Keep::kGreatest) == Values{3, std::nullopt, 5});
  CHECK(Thinned(values, 6, Keep::kMean) == values);
  CHECK(Thinned({}, 6, Keep::kMean).empty());
}

TEST_CASE("A chart breaks a curve at a gap and keeps what lies outside at its edge") {
  TimeChart chart;
  chart.title = "<rate>";
  chart.seconds = 4;
  chart.to = 100;
  chart.lines = {{TimeLine::Look::kLine, "#123456", {50, std::nullopt, 1e9, -5}}};
  const std::string svg = Draw(chart);
  CHECK(svg.find("&lt;rate&gt;") != std::string::npos);
  const std::size_t path = svg.find("d=\"", svg.find("#123456"));
  CHECK(svg.substr(path + 3, svg.find('"', path + 3) - path - 3) == "M94.8 87M297.8 26L399.2 148");
}

TEST_CASE("A logarithmic chart gives equal factors equal heights") {
  TimeChart chart;
  chart.seconds = 3;
  chart.scale = TimeChart::Scale::kLog;
  chart.from = 10;
  chart.to = 1000;
  chart.lines = {{TimeLine::Look::kLine, "#123456", {10, 100, 1000}}};
  const std::string svg = Draw(chart);
  CHECK(svg.find(" 148L") != std::string::npos);
  CHECK(svg.find(" 87L") != std::string::npos);
  CHECK(svg.find(" 26\"") != std::string::npos);
}

}  // namespace
}  // namespace onair::samples
