// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/portable_math.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace onair::cc {
namespace {

std::uint64_t Bits(double value) {
  std::uint64_t bits = 0;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

}  // namespace

TEST_CASE("The portable logarithm is as good as a system's") {
  for (double x = 1e-7; x < 1e7; x *= 1.37) {
    INFO(x);
    CHECK(PortableLog(x) == Approx(std::log(x)).epsilon(1e-13).margin(1e-13));
  }
  CHECK(PortableLog(1) == 0);
}

TEST_CASE("The portable exponential is as good as a system's") {
  for (double x = -40; x <= 40; x += 0.37) {
    INFO(x);
    CHECK(PortableExp(x) == Approx(std::exp(x)).epsilon(1e-12));
  }
}

TEST_CASE("Portable functions give the same bits on every machine") {
  CHECK(Bits(PortableLog(0.05)) == 0xc007f7427b73e391);
  CHECK(Bits(PortableLog(1234.5)) == 0x401c79436f818745);
  CHECK(Bits(PortableExp(0.0123)) == 0x3ff032b1216b5651);
}

}  // namespace onair::cc
