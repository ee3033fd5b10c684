// SPDX-License-Identifier: Apache-2.0
//
// The generators against the ranges that public recordings span. Each row is the mean over
// seeds; the ranges are the least and greatest of the sets, without the worst of each.
#include "core/twin/synthetic_trace.h"

#include <catch2/catch.hpp>
#include <string>

#include "tests/support/print_units.h"
#include "tests/support/seed.h"

namespace onair::twin {
namespace {

struct Range {
  double low;
  double high;
  bool holds(double x) const { return x >= low && x <= high; }
};
struct Expected {
  Range mean_mbps;
  Range p5_to_p50;
  Range p95_to_p50;
  Range halvings_per_minute;
  Range below_300_kbps;
  Range longest_gap_ms;
};

TraceStats MeanStats(const SyntheticConfig& config) {
  constexpr int kSeeds = 20;
  TraceStats sum;
  const std::uint64_t first = test::Seed(1);
  double gap_us = 0;
  for (std::uint64_t seed = first; seed < first + kSeeds; ++seed) {
    const auto s = StatsOf(MakeSyntheticTrace(config, TimeDelta::Seconds(300), Rng(seed)));
    sum.mean_mbps += s.mean_mbps / kSeeds;
    sum.p5_mbps += s.p5_mbps / kSeeds;
    sum.p50_mbps += s.p50_mbps / kSeeds;
    sum.p95_mbps += s.p95_mbps / kSeeds;
    sum.halvings_per_minute += s.halvings_per_minute / kSeeds;
    sum.share_below_300_kbps += s.share_below_300_kbps / kSeeds;
    gap_us += static_cast<double>(s.longest_gap.us()) / kSeeds;
  }
  sum.longest_gap = TimeDelta::Micros(static_cast<std::int64_t>(gap_us));
  return sum;
}

void Check(const SyntheticConfig& config, const Expected& expected) {
  const TraceStats s = MeanStats(config);
  INFO("mean " << s.mean_mbps << " p5 " << s.p5_mbps << " p50 " << s.p50_mbps << " p95 "
               << s.p95_mbps << " halvings " << s.halvings_per_minute << " below "
               << s.share_below_300_kbps << " gap " << s.longest_gap.ms());
  CHECK(expected.mean_mbps.holds(s.mean_mbps));
  CHECK(expected.p5_to_p50.holds(s.p5_mbps / s.p50_mbps));
  CHECK(expected.p95_to_p50.holds(s.p95_mbps / s.p50_mbps));
  CHECK(expected.halvings_per_minute.holds(s.halvings_per_minute));
  CHECK(expected.below_300_kbps.holds(s.share_below_300_kbps));
  CHECK(expected.longest_gap_ms.holds(s.longest_gap.ms_f()));
}

TEST_CASE("Synthetic LTE looks like drive tests of LTE") {
  Check(SyntheticConfig::Lte(), {.mean_mbps = {4.5, 9},
                                 .p5_to_p50 = {0.15, 0.30},
                                 .p95_to_p50 = {1.9, 3.5},
                                 .halvings_per_minute = {3, 7},
                                 .below_300_kbps = {0, 0.05},
                                 .longest_gap_ms = {300, 4000}});
}

TEST_CASE("Synthetic Wi-Fi looks like Wi-Fi of restaurants") {
  Check(SyntheticConfig::WiFi(), {.mean_mbps = {14, 25},
                                  .p5_to_p50 = {0.15, 0.5},
                                  .p95_to_p50 = {1.25, 2.1},
                                  .halvings_per_minute = {1, 5},
                                  .below_300_kbps = {0, 0.05},
                                  .longest_gap_ms = {0, 1000}});
}

TEST_CASE("Synthetic rail looks like cellular in fast trains") {
  Check(SyntheticConfig::Rail(), {.mean_mbps = {3, 10},
                                  .p5_to_p50 = {0.03, 0.22},
                                  .p95_to_p50 = {2.2, 6},
                                  .halvings_per_minute = {6, 15},
                                  .below_300_kbps = {0.01, 0.15},
                                  .longest_gap_ms = {300, 2000}});
}

TEST_CASE("A synthetic trace is its seed's alone and covers its length") {
  const auto make = [](std::uint64_t seed) {
    return MakeSyntheticTrace(SyntheticConfig::Lte(), TimeDelta::Seconds(60), Rng(seed));
  };
  const RateTrace a = make(1);
  const RateTrace b = make(1);
  const RateTrace c = make(2);
  REQUIRE(a.slots.size() == 600);
  CHECK(a.period == TimeDelta::Seconds(60));
  bool is_same = true;
  bool is_other = false;
  for (std::size_t i = 0; i < a.slots.size(); ++i) {
    is_same = is_same && a.slots[i].rate == b.slots[i].rate;
    is_other = is_other || a.slots[i].rate != c.slots[i].rate;
    CHECK(a.slots[i].rate <= SyntheticConfig::Lte().highest);
  }
  CHECK(is_same);
  CHECK(is_other);
}

}  // namespace
}  // namespace onair::twin
