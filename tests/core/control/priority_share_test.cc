// SPDX-License-Identifier: Apache-2.0
#include "core/control/priority_share.h"

#include <catch2/catch.hpp>

#include "tests/support/print_units.h"

namespace onair::control {
namespace {

constexpr DataRate Kbps(std::int64_t kbps) {
  return DataRate::KilobitsPerSec(kbps);
}
constexpr DataRate kLeast = Kbps(150);

TEST_CASE("A stream asks for at most its priority's part of what one above it asks for") {
  PriorityShare share;
  const auto first = share.Add(2, kLeast);
  const auto second = share.Add(1, kLeast);
  const auto third = share.Add(3, kLeast);
  CHECK(share.OnDecision(third, Kbps(1500)) == Kbps(1500));
  CHECK(share.OnDecision(first, Kbps(1500)) == Kbps(1000));
  CHECK(share.OnDecision(second, Kbps(1500)) == Kbps(500));
  // The line narrows for the first: the second gives way with it.
  CHECK(share.OnDecision(first, Kbps(600)) == Kbps(600));
  CHECK(share.OnDecision(second, Kbps(1500)) == Kbps(300));
}

TEST_CASE("A stream never asks for more than its own controller allows") {
  PriorityShare share;
  const auto first = share.Add(2, kLeast);
  const auto second = share.Add(1, kLeast);
  CHECK(share.OnDecision(first, Kbps(1500)) == Kbps(1500));
  CHECK(share.OnDecision(second, Kbps(400)) == Kbps(400));
  CHECK(share.OnDecision(second, Kbps(100)) == Kbps(100));
}

TEST_CASE("The least rate of a stream wins over its part") {
  PriorityShare share;
  const auto first = share.Add(10, kLeast);
  const auto second = share.Add(1, kLeast);
  CHECK(share.OnDecision(first, Kbps(1000)) == Kbps(1000));
  CHECK(share.OnDecision(second, Kbps(1000)) == kLeast);
}

TEST_CASE("Streams of equal priority and streams that rest hold nobody back") {
  PriorityShare share;
  const auto first = share.Add(2, kLeast);
  const auto second = share.Add(1, kLeast);
  const auto third = share.Add(1, kLeast);
  CHECK(share.OnDecision(second, Kbps(1500)) == Kbps(1500));  // The first has not begun.
  CHECK(share.OnDecision(first, Kbps(400)) == Kbps(400));
  CHECK(share.OnDecision(second, Kbps(1500)) == Kbps(200));
  CHECK(share.OnDecision(third, Kbps(1500)) == Kbps(200));
  share.Rest(first);
  CHECK(share.OnDecision(third, Kbps(1500)) == Kbps(1500));
}

}  // namespace
}  // namespace onair::control
