// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/percentiles.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "core/base/rng.h"

namespace onair {
namespace {

TEST_CASE("Percentiles of nothing are empty") {
  const Percentiles values;
  CHECK_FALSE(values.Quantile(0.5));
  CHECK_FALSE(values.max());
  CHECK(values.count() == 0);
}

TEST_CASE("Percentiles lie within one percent of the sorted list, for all sizes of spans") {
  Rng rng(7);
  for (const double scale_us : {500.0, 20e3, 300e3, 30e6}) {
    Percentiles values;
    std::vector<std::int64_t> sorted;
    for (int i = 0; i < 5000; ++i) {
      const auto us = static_cast<std::int64_t>(rng.Fraction() * rng.Fraction() * scale_us);
      values.Add(TimeDelta::Micros(us));
      sorted.push_back(us);
    }
    std::sort(sorted.begin(), sorted.end());
    for (const double q : {0.05, 0.5, 0.95, 0.99}) {
      const auto truth = static_cast<double>(sorted[static_cast<std::size_t>(q * 4999)]);
      INFO("scale " << scale_us << " q " << q << " truth " << truth);
      CHECK(std::abs(static_cast<double>(values.Quantile(q)->us()) - truth) <=
            std::max(100.0, truth * 0.01));
    }
    CHECK(values.max()->us() == sorted.back());
    CHECK(values.min()->us() == sorted.front());
  }
}

TEST_CASE("Negative spans sort below positive ones") {
  Percentiles values;
  for (int ms = -50; ms <= 50; ++ms) values.Add(TimeDelta::Millis(ms));
  CHECK(values.Quantile(0.0)->ms() == -50);
  CHECK(std::abs(values.Quantile(0.5)->us()) <= 1000);
  CHECK(std::abs(values.Quantile(0.25)->us() + 25'000) <= 500);
  CHECK(values.Quantile(1.0)->ms() == 50);
}

TEST_CASE("A span beyond the last bucket keeps its value as maximum") {
  Percentiles values;
  values.Add(TimeDelta::Seconds(100'000));
  CHECK(values.max() == TimeDelta::Seconds(100'000));
  CHECK(values.Quantile(0.5) == TimeDelta::Seconds(100'000));
}

}  // namespace
}  // namespace onair
