// SPDX-License-Identifier: Apache-2.0
//
// The seed of a random test: fixed, unless ONAIR_SEED=<number> asks for a certain one.
//
//   const std::uint64_t seed = test::Seed();
//   INFO(test::SeedNote(seed));
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>

namespace onair::test {

inline std::uint64_t Seed(std::uint64_t usual = 1) {
  const char* wanted = std::getenv("ONAIR_SEED");
  return wanted != nullptr ? std::strtoull(wanted, nullptr, 0) : usual;
}

// What a failing test prints so that its run can be repeated.
inline std::string SeedNote(std::uint64_t seed) {
  return "replay with ONAIR_SEED=" + std::to_string(seed);
}

}  // namespace onair::test
