// SPDX-License-Identifier: Apache-2.0
#include "core/base/rng.h"

#include <catch2/catch.hpp>
#include <cmath>

namespace onair {
namespace {

TEST_CASE("One seed gives one sequence and another seed another") {
  Rng a(7);
  Rng b(7);
  Rng c(8);
  int same = 0;
  for (int i = 0; i < 100; ++i) {
    const std::uint64_t value = a.Next();
    REQUIRE(value == b.Next());
    same += value == c.Next() ? 1 : 0;
  }
  CHECK(same == 0);
}

TEST_CASE("The sequence is xoshiro256** seeded by splitmix64 on every platform") {
  // Source: the reference C of prng.di.unimi.it, xoshiro256starstar.c and splitmix64.c, seed 1.
  Rng rng(1);
  CHECK(rng.Next() == 0xb3f2af6d0fc710c5U);
  CHECK(rng.Next() == 0x853b559647364ceaU);
  CHECK(rng.Next() == 0x92f89756082a4514U);
}

TEST_CASE("Below stays below and reaches every value") {
  Rng rng(3);
  CHECK(rng.Below(0) == 0);
  CHECK(rng.Below(1) == 0);
  int seen[6] = {};
  for (int i = 0; i < 6000; ++i) {
    const std::uint64_t value = rng.Below(6);
    REQUIRE(value < 6);
    ++seen[value];
  }
  for (const int count : seen) CHECK(std::abs(count - 1000) < 200);
}

TEST_CASE("Fractions lie in [0, 1) around one half") {
  Rng rng(4);
  double sum = 0;
  for (int i = 0; i < 10'000; ++i) {
    const double value = rng.Fraction();
    REQUIRE(value >= 0);
    REQUIRE(value < 1);
    sum += value;
  }
  CHECK(std::abs(sum / 10'000 - 0.5) < 0.02);
}

TEST_CASE("Taken bytes have the asked length") {
  Rng rng(5);
  CHECK(rng.TakeBytes(0).empty());
  CHECK(rng.TakeBytes(1528).size() == 1528);
}

}  // namespace
}  // namespace onair
