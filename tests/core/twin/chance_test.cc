// SPDX-License-Identifier: Apache-2.0
#include "core/twin/chance.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/support/seed.h"

namespace onair::twin {
namespace {

struct Moments {
  double mean = 0;
  double variance = 0;
};

template <typename Draw>
Moments Measure(Draw draw) {
  constexpr int kCount = 200'000;
  double sum = 0;
  double squares = 0;
  for (int i = 0; i < kCount; ++i) {
    const double x = draw();
    sum += x;
    squares += x * x;
  }
  const double mean = sum / kCount;
  return {mean, squares / kCount - mean * mean};
}

TEST_CASE("An exponential has mean and variance one and its tail") {
  const std::uint64_t seed = test::Seed(5);
  INFO(test::SeedNote(seed));
  Rng rng(seed);
  int above_three = 0;
  const Moments m = Measure([&] {
    const double x = Exponential(rng);
    above_three += x > 3 ? 1 : 0;
    return x;
  });
  CHECK(std::fabs(m.mean - 1) < 0.015);
  CHECK(std::fabs(m.variance - 1) < 0.04);
  CHECK(std::fabs(above_three / 200'000.0 - std::exp(-3.0)) < 0.002);
}

TEST_CASE("A Gaussian has mean zero, variance one and two thirds within one deviation") {
  const std::uint64_t seed = test::Seed(6);
  INFO(test::SeedNote(seed));
  Rng rng(seed);
  int within = 0;
  const Moments m = Measure([&] {
    const double x = Gaussian(rng);
    within += std::fabs(x) < 1 ? 1 : 0;
    return x;
  });
  CHECK(std::fabs(m.mean) < 0.012);
  CHECK(std::fabs(m.variance - 1) < 0.02);
  CHECK(std::fabs(within / 200'000.0 - 0.6827) < 0.006);
}

TEST_CASE("The exponential function is exact to nine digits where it is used") {
  for (double x = -8; x <= 8; x += 0.37) {
    CHECK(std::fabs(Exp(x) / std::exp(x) - 1) < 1e-9);
  }
}

}  // namespace
}  // namespace onair::twin
