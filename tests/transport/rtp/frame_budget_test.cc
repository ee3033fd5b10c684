// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/frame_budget.h"

#include <catch2/catch.hpp>

#include "tests/support/print_units.h"

namespace onair::rtp {
namespace {

constexpr TimeDelta Ms(std::int64_t ms) {
  return TimeDelta::Millis(ms);
}
MediaTime At(std::int64_t ms) {
  return MediaTime::Zero() + Ms(ms);
}

FrameBudget Budget(std::int64_t interval_ms) {
  FrameBudget budget;
  for (int i = 0; i < 10; ++i) budget.OnPicture(At(i * interval_ms));
  return budget;
}

TEST_CASE("A picture is given up behind one that is three and a half older and still in its way") {
  for (const std::int64_t interval : {16, 40, 66}) {
    const FrameBudget budget = Budget(interval);
    CHECK(budget.Takes({Ms(interval * 7 / 2), Ms(1'000)}));
    CHECK_FALSE(budget.Takes({Ms(interval * 7 / 2 + 1), Ms(1'000)}));
    // A large picture has almost left.
    CHECK(budget.Takes({Ms(1'000), Ms(interval * 5 / 2)}));
  }
}

TEST_CASE("Pictures that were skipped do not make the budget larger, a lower rate does") {
  FrameBudget budget = Budget(40);
  budget.OnPicture(At(700));
  CHECK(budget.interval() == Ms(40));
  for (int i = 1; i <= 4; ++i) budget.OnPicture(At(700 + i * 80));
  CHECK(budget.interval() == Ms(80));
}

TEST_CASE("Time stamps that make no sense keep the budget in bounds") {
  CHECK(Budget(0).interval() == Ms(8));
  CHECK(Budget(-40).interval() == Ms(8));
  CHECK(Budget(5'000).interval() == Ms(100));
}

TEST_CASE("The encoder pauses when its next picture would find one and a half, not half of one") {
  FrameBudget budget = Budget(40);
  CHECK_FALSE(budget.OnQueue(Ms(100)));
  CHECK(budget.OnQueue(Ms(101)) == Intake::kPaused);
  CHECK_FALSE(budget.OnQueue(Ms(200)));
  CHECK_FALSE(budget.OnQueue(Ms(61)));
  CHECK(budget.OnQueue(Ms(60)) == Intake::kOpen);
  CHECK_FALSE(budget.OnQueue(Ms(0)));
}

}  // namespace
}  // namespace onair::rtp
