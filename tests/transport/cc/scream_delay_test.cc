// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/scream_delay.h"

#include "tests/transport/cc/words.h"

namespace onair::cc {
namespace {

// A feedback each 50 ms whose packets all had that delay.
void Feed(ScreamDelay& delay, std::int64_t from_ms, std::int64_t to_ms, std::int64_t delay_ms) {
  for (std::int64_t ms = from_ms; ms < to_ms; ms += 50) {
    const TimeDelta each = TimeDelta::Millis(delay_ms) + TimeDelta::Seconds(3600);
    delay.OnFeedback(each, each, TimeDelta::Millis(delay_ms + 25), At(ms));
  }
}

}  // namespace

TEST_CASE("A queue's average rises by a quarter each time and falls at once") {
  ScreamDelay delay;
  Feed(delay, 0, 1000, 25);
  CHECK(delay.average() == 0);
  Feed(delay, 1000, 1050, 65);
  CHECK(delay.average() == Approx(0.010));
  Feed(delay, 1050, 1100, 65);
  CHECK(delay.average() == Approx(0.0175));
  Feed(delay, 1100, 1150, 25);
  CHECK(delay.average() == 0);
  CHECK(delay.deviation() > 0);
}

TEST_CASE("Round trips are smoothed twice, and the shorter counts where it matters") {
  ScreamDelay delay;
  Feed(delay, 0, 5000, 75);
  CHECK(delay.round_trip().ms_f() == Approx(100).margin(3));
  Feed(delay, 5000, 5200, 25);
  CHECK(delay.quick_round_trip() < delay.round_trip());
}

TEST_CASE("A queue that stands for a minute makes the least delay be seen anew") {
  ScreamDelay delay;
  Feed(delay, 0, 5000, 25);
  Feed(delay, 5000, 55'000, 45);  // A way that became longer, say.
  CHECK(delay.average() > 0.015);
  CHECK_FALSE(delay.is_renewing(At(55'000)));
  Feed(delay, 55'000, 60'300, 45);
  CHECK(delay.is_renewing(At(60'300)));
  Feed(delay, 60'300, 61'500, 45);
  CHECK_FALSE(delay.is_renewing(At(61'500)));
  CHECK(delay.average() == 0);
}

}  // namespace onair::cc
