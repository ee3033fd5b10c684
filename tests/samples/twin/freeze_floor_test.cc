// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/freeze_floor.h"

#include "samples/twin/standard_cases.h"
#include "tests/samples/twin/push_support.h"
#include "tests/support/print_units.h"

namespace onair::samples {
namespace {

double FloorOf(const std::vector<RateStep>& steps, TimeDelta playout) {
  return UnavoidableFreezePercent(CapacityLine(*TraceOf(steps, Sec(60))), Kbps(200), Ms(25),
                                  playout, Sec(60));
}

TEST_CASE("Nothing freezes unavoidably on a line that always carries the least rate") {
  CHECK(FloorOf({{Sec(0), Kbps(220)}}, Ms(200)) == 0);
}

TEST_CASE("Of an outage what the playout delay does not bridge is unavoidable") {
  const std::vector<RateStep> outage = {
      {Sec(0), Kbps(5000)}, {Sec(20), Kbps(0)}, {Sec(23), Kbps(5000)}};
  // Pictures captured in the last half second before its end are shown in time.
  CHECK(FloorOf(outage, Ms(500)) == Approx(100 * (3.0 - 0.5 - 0.15) / 60).margin(0.2));
  CHECK(FloorOf(outage, Ms(1500)) == Approx(100 * (3.0 - 1.5 - 0.15) / 60).margin(0.2));
  CHECK(FloorOf(outage, Ms(3500)) == 0);
}

TEST_CASE("A line that never carries anything freezes all of the time") {
  CHECK(FloorOf({{Sec(0), Kbps(0)}}, Ms(500)) == 100);
}

TEST_CASE("No controller freezes less than is unavoidable") {
  for (const PushCase& c : SyntheticPushCases(Ms(25))) {
    INFO(c.name);
    const auto floor = UnavoidableFreezePercent(c, PushRates{}, Ms(500));
    REQUIRE(floor.has_value());
    for (const char* name : {"fixed", "obs"}) {
      CHECK(RunOf(c, Named(name)).freeze_percent >= *floor - 0.2);
    }
  }
}

TEST_CASE("Cases with several publishers or other traffic have no such floor") {
  PushCase c = Link({{Sec(0), Kbps(1000)}}, Sec(10));
  CHECK(UnavoidableFreezePercent(c, PushRates{}, Ms(500)).has_value());
  c.cross.push_back({.kind = PushCase::Cross::Kind::kLongTcp});
  CHECK_FALSE(UnavoidableFreezePercent(c, PushRates{}, Ms(500)).has_value());
}

}  // namespace
}  // namespace onair::samples
