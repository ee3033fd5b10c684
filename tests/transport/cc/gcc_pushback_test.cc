// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/gcc_pushback.h"

#include "tests/transport/cc/words.h"

namespace onair::cc {

TEST_CASE("Video is not cut before a round trip is known, nor while what is under way fits") {
  GccPushback pushback;
  pushback.Update(Kbps(1000), DataSize::Mebibytes(1), 10);
  CHECK(pushback.share() == 1);
  pushback.OnRoundTrip(TimeDelta::Millis(50));
  pushback.Update(Kbps(1000), Carried(1000, 399), 10);  // 50 and 350 ms of it.
  CHECK(pushback.share() == 1);
}

TEST_CASE("Video is cut by steps while too much is under way, to half, and comes back") {
  GccPushback pushback;
  pushback.OnRoundTrip(TimeDelta::Millis(50));
  pushback.Update(Kbps(1000), Carried(1000, 450), 1);
  CHECK(pushback.share() == Approx(0.95).margin(0.005));
  pushback.Update(Kbps(1000), Carried(1000, 450), 4);
  CHECK(pushback.share() == Approx(0.75).margin(0.06));
  pushback.Update(Kbps(1000), Carried(1000, 900), 30);
  CHECK(pushback.share() == 0.5);
  pushback.Update(Kbps(1000), Carried(1000, 300), 64);
  CHECK(pushback.share() == 1);
}

TEST_CASE("The window follows the least of the longest round trips") {
  GccPushback pushback;
  pushback.OnRoundTrip(TimeDelta::Millis(400));
  for (int i = 0; i < 31; ++i) pushback.OnRoundTrip(TimeDelta::Millis(2000));
  pushback.Update(Kbps(1000), Carried(1000, 900), 10);
  CHECK(pushback.share() < 1);
  pushback.OnRoundTrip(TimeDelta::Millis(2000));
  for (int i = 0; i < 8; ++i) pushback.Update(Kbps(1000), Carried(1000, 900), 10);
  CHECK(pushback.share() == 1);
}

}  // namespace onair::cc
