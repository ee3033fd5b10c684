// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/race_page.h"

#include "samples/twin/race_report.h"
#include "tests/samples/twin/push_support.h"

namespace onair::samples {
namespace {

std::size_t CountOf(const std::string& text, const std::string& what) {
  std::size_t count = 0;
  for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + 1)) {
    ++count;
  }
  return count;
}

std::string PageOf(const RaceConfig& config) {
  const auto runs = RunRace(config, nullptr);
  return RacePage(config, runs, RaceReport(config, runs));
}

RaceConfig Config() {
  RaceConfig config;
  config.cases = {Link({{Sec(0), Kbps(3000)}, {Sec(5), Kbps(1000)}}, Sec(12)),
                  Link({{Sec(0), Kbps(0)}}, Sec(9))};
  config.cases[0].name = "a <case> & more";
  config.cases[0].flows = {{.priority = 2}, {}};
  config.runners = {{"fixed", Named("fixed")}, {"obs", Named("obs")}};
  config.threads = 2;
  return config;
}

TEST_CASE("A page shows every case and controller and needs nothing but itself") {
  const std::string page = PageOf(Config());
  CHECK(page.starts_with("<!doctype html>"));
  CHECK(page.find("a &lt;case&gt; &amp; more") != std::string::npos);
  CHECK(page.find("<case>") == std::string::npos);
  // Two curves of rates and one of delays for each case, and the plane.
  CHECK(CountOf(page, "<svg") == 2 * 3 + 1);
  CHECK(CountOf(page, "<svg") == CountOf(page, "</svg>"));
  CHECK(CountOf(page, "<table") == CountOf(page, "</table>"));
  CHECK(CountOf(page, "<details") == 2);
  CHECK(page.find(" / 67, ") != std::string::npos);  // Two parts of three for priority 2.
  for (const char* outside : {"http:", "https:", "src=", "url(", "<script", "@import"}) {
    CHECK(page.find(outside) == std::string::npos);
  }
  for (const char* broken : {"nan", "inf\"", "-inf"}) CHECK(page.find(broken) == std::string::npos);
}

TEST_CASE("A page of a race over datagrams begins with what it must show, dead lines or not") {
  RaceConfig config = Config();
  config.transport = PushTransport::kRts;
  config.cases[0].name = "half";
  config.cases[0].flows = {{}};
  config.runners = {{"fixed", Named("fixed")}, {"delay", Named("delay")}};
  const std::string page = PageOf(config);
  CHECK(page.find("What it must show") != std::string::npos);
  CHECK(page.find("capacity halves: peak queue, ms") != std::string::npos);
  CHECK(page.find("never") != std::string::npos);  // `fixed` does not follow a fall.
  CHECK(CountOf(page, "<table") == CountOf(page, "</table>"));
  for (const char* broken : {"nan", "inf\"", "-inf"}) CHECK(page.find(broken) == std::string::npos);
}

TEST_CASE("The page of many runs stays below some megabytes") {
  RaceConfig config = Config();
  const PushCase one = config.cases[0];
  config.cases.clear();
  for (int i = 0; i < 60; ++i) {
    config.cases.push_back(one);
    config.cases.back().name = "case " + std::to_string(i);
  }
  config.runners.resize(1);
  CHECK(PageOf(config).size() < 4'000'000);
}

}  // namespace
}  // namespace onair::samples
