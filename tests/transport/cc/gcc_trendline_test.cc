// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/gcc_trendline.h"

#include "tests/transport/cc/words.h"

namespace onair::cc {
namespace {

// Groups each 20 ms whose delay grows by `growth_ms` from one to the next.
void Feed(GccTrendline& line, int groups, double growth_ms, Timestamp& arrived_at) {
  for (int i = 0; i < groups; ++i) {
    const TimeDelta sent = TimeDelta::Millis(20);
    const TimeDelta arrived = sent + TimeDelta::SecondsF(growth_ms / 1000);
    arrived_at += arrived;
    line.Update({.sent = sent, .arrived = arrived, .arrived_at = arrived_at});
  }
}

}  // namespace

TEST_CASE("A delay that grows is overuse, one that falls the contrary, a steady one neither") {
  GccTrendline line;
  Timestamp at = At(0);
  Feed(line, 60, 0, at);
  CHECK(line.use() == GccLineUse::kNormal);
  Feed(line, 15, 3, at);
  CHECK(line.use() == GccLineUse::kOver);
  Feed(line, 30, -3, at);
  CHECK(line.use() == GccLineUse::kUnder);
  Feed(line, 60, 0, at);
  CHECK(line.use() == GccLineUse::kNormal);
}

TEST_CASE("Nothing is overuse before twenty groups were seen") {
  GccTrendline line;
  Timestamp at = At(0);
  Feed(line, 19, 10, at);
  CHECK(line.use() == GccLineUse::kNormal);
  Feed(line, 3, 10, at);
  CHECK(line.use() == GccLineUse::kOver);
}

TEST_CASE("The threshold falls to 6 while delay is steady and rises with a neighbour's queue") {
  GccTrendline line;
  Timestamp at = At(0);
  CHECK(line.threshold() == 12.5);
  Feed(line, 200, 0, at);
  CHECK(line.threshold() == 6);
  // 60 * slope * 4 stays less than 15 above the threshold, so it follows.
  Feed(line, 200, 1.5, at);
  CHECK(line.threshold() > 12);
}

TEST_CASE("The threshold does not follow a spike") {
  GccTrendline line;
  Timestamp at = At(0);
  Feed(line, 200, 0, at);
  Feed(line, 1, 3000, at);
  CHECK(line.threshold() == 6);
}

}  // namespace onair::cc
