// SPDX-License-Identifier: Apache-2.0
#include "platform/runtime/secret_bytes.h"

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <set>
#include <vector>

namespace onair::runtime {
namespace {

TEST_CASE("Secret bytes differ from call to call") {
  std::set<std::array<std::uint8_t, 16>> seen;
  for (int i = 0; i < 100; ++i) {
    std::array<std::uint8_t, 16> secret{};
    REQUIRE(FillWithSecret(secret));
    seen.insert(secret);
  }
  CHECK(seen.size() == 100);
}

TEST_CASE("More secret bytes than the system gives at once are filled to the last") {
  std::vector<std::uint8_t> secret(1000);
  REQUIRE(FillWithSecret(secret));
  // A run of 16 zeros by chance: once in 2^118 tests.
  const std::vector<std::uint8_t> zeros(16);
  CHECK(std::search(secret.begin(), secret.end(), zeros.begin(), zeros.end()) == secret.end());
  CHECK(FillWithSecret({}));
}

}  // namespace
}  // namespace onair::runtime
