// SPDX-License-Identifier: Apache-2.0
#include "samples/quality/timing.h"

#include <catch2/catch.hpp>

namespace onair::samples {
namespace {

TEST_CASE("Quantiles are exact to the microsecond, whatever the order") {
  std::vector<TimeDelta> spans;
  for (int i = 100; i >= 0; --i) spans.push_back(TimeDelta::Micros(i));
  CHECK(QuantileMs(spans, 0.5) == Approx(0.050));
  CHECK(QuantileMs(spans, 0.95) == Approx(0.095));
  CHECK(QuantileMs(spans, 1) == Approx(0.100));
  CHECK(QuantileMs({}, 0.5) == 0);
}

}  // namespace
}  // namespace onair::samples
