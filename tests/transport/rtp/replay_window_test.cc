// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/replay_window.h"

#include <catch2/catch.hpp>
#include <set>

#include "core/base/rng.h"
#include "tests/support/seed.h"

namespace onair::rtp {
namespace {

TEST_CASE("A replay window takes each index once") {
  ReplayWindow window;
  CHECK(window.is_new(5));
  window.Accept(5);
  CHECK_FALSE(window.is_new(5));
  CHECK(window.is_new(4));
  window.Accept(4);
  CHECK_FALSE(window.is_new(4));
  CHECK(window.newest() == 5);
}

TEST_CASE("A replay window knows 1024 indexes back and refuses older ones") {
  ReplayWindow window;
  window.Accept(10'000);
  CHECK(window.is_new(10'000 - 1'023));
  CHECK_FALSE(window.is_new(10'000 - 1'024));
}

TEST_CASE("A replay window forgets nothing within it, whatever the order") {
  const std::uint64_t seed = test::Seed();
  INFO(test::SeedNote(seed));
  Rng rng(seed);
  ReplayWindow window;
  std::set<std::int64_t> seen;
  std::int64_t newest = 0;
  for (int i = 0; i < 50'000; ++i) {
    const std::int64_t step = rng.Below(500) == 0 ? 3'000 : 3;
    const std::int64_t index = newest + step - static_cast<std::int64_t>(rng.Below(1'200));
    if (index < 0) continue;
    const bool is_new = index > newest || (newest - index < 1'024 && !seen.contains(index));
    if (window.is_new(index) != (is_new || seen.empty())) FAIL(index << " after " << newest);
    if (!window.is_new(index)) continue;
    window.Accept(index);
    seen.insert(index);
    newest = std::max(newest, index);
  }
  CHECK(seen.size() > 10'000);
}

}  // namespace
}  // namespace onair::rtp
