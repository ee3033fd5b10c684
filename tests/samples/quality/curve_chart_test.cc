// SPDX-License-Identifier: Apache-2.0
#include "samples/quality/curve_chart.h"

#include <catch2/catch.hpp>
#include <string>

#include "samples/common/page.h"

namespace onair::samples {
namespace {

std::size_t CountOf(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
    ++count;
  }
  return count;
}

TEST_CASE("A chart has a line for each curve, by rising rate, and a mark for each point") {
  const std::vector<ChartLine> lines{{"without", {{800, 38}, {200, 32}, {400, 35}}},
                                     {"with", {{200, 33}, {400, 36}, {800, 39}}}};
  const std::string svg = CurveChart({"Face", "dB"}, lines);
  CHECK(CountOf(svg, "<polyline") == 2);
  CHECK(CountOf(svg, "<circle r=\"3\"") == 6);
  CHECK(svg.find(">without</text>") != std::string::npos);
  CHECK(svg.find("<title>400 kbit/s, 36 dB</title>") != std::string::npos);

  // Quality grows upwards, rate to the right.
  const std::size_t at = svg.find("points=\"") + 8;
  double x[3];
  double y[3];
  REQUIRE(std::sscanf(svg.c_str() + at, "%lf,%lf %lf,%lf %lf,%lf", &x[0], &y[0], &x[1], &y[1],
                      &x[2], &y[2]) == 6);
  CHECK(x[0] < x[1]);
  CHECK(x[1] < x[2]);
  CHECK(y[0] > y[1]);
  CHECK(y[1] > y[2]);
  CHECK(x[0] >= 58);
  CHECK(x[2] <= 460 - 16);
}

TEST_CASE("One point is drawn and no point is told") {
  const std::string one = CurveChart({"Face", "dB"}, std::vector<ChartLine>{{"a", {{5, 40}}}});
  CHECK(CountOf(one, "<circle r=\"3\"") == 1);
  CHECK(one.find("nan") == std::string::npos);
  CHECK(one.find("inf") == std::string::npos);
  const std::string none = CurveChart({"Face", "dB"}, std::vector<ChartLine>{{"a", {}}});
  CHECK(none.find("nothing was measured") != std::string::npos);
}

TEST_CASE("What a name says is text and never a tag") {
  CHECK(HtmlEscaped("<a href=\"x\">&") == "&lt;a href=&quot;x&quot;&gt;&amp;");
  const std::string svg = CurveChart({"<b>", ""}, std::vector<ChartLine>{{"<i>", {{1, 1}}}});
  CHECK(svg.find("<b>") == std::string::npos);
  CHECK(svg.find("<i>") == std::string::npos);
}

TEST_CASE("Ticks are round, inside, and neither too few nor too many") {
  for (const auto& [from, to] : std::vector<std::pair<double, double>>{
           {0, 1}, {31.2, 40.9}, {367, 1833}, {0.91, 0.914}, {-3, 1e6}, {99.9, 100.1}}) {
    const auto ticks = RoundTicks(from, to);
    INFO(from << " " << to);
    CHECK(ticks.size() >= 2);
    CHECK(ticks.size() <= 8);
    CHECK(ticks.front() >= from);
    CHECK(ticks.back() <= to);
  }
  CHECK(RoundTicks(400, 1800) == std::vector<double>{400, 600, 800, 1000, 1200, 1400, 1600, 1800});
  CHECK(RoundTicks(1, 1).empty());
}

}  // namespace
}  // namespace onair::samples
