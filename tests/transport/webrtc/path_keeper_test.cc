// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/path_keeper.h"

#include <catch2/catch.hpp>

#include "tests/support/print_units.h"

namespace onair::webrtc {
namespace {

using Wish = PathKeeper::Wish;
using Refusal = PathKeeper::Refusal;

const Timestamp kNow = Timestamp::Zero() + TimeDelta::Seconds(100);

PathKeeper Quiet(PathKeeper::Restarting restarting = PathKeeper::Restarting::kSupported) {
  PathKeeper keeper;
  keeper.OnAnswered(restarting);
  keeper.OnPath(PathState::kWorks, kNow - TimeDelta::Seconds(9));
  CHECK_FALSE(keeper.wake_at().is_finite());
  keeper.OnPath(PathState::kQuiet, kNow);
  return keeper;
}

// Asked at `when`.
PathKeeper Asking(Timestamp when = kNow + PathKeeper::kGrace) {
  PathKeeper keeper = Quiet();
  REQUIRE(keeper.TakeDue(when) == Wish::kRestart);
  REQUIRE(keeper.is_asking());
  return keeper;
}

TEST_CASE("A silent path restarts after the grace, once") {
  PathKeeper keeper = Quiet();
  CHECK(keeper.wake_at() == kNow + PathKeeper::kGrace);
  CHECK(keeper.TakeDue(keeper.wake_at() - TimeDelta::Micros(1)) == Wish::kNone);
  CHECK(keeper.TakeDue(kNow + PathKeeper::kGrace) == Wish::kRestart);
  CHECK(keeper.TakeDue(kNow + TimeDelta::Seconds(9)) == Wish::kNone);
}

TEST_CASE("A path that speaks again within the grace restarts nothing") {
  PathKeeper keeper = Quiet();
  keeper.OnPath(PathState::kWorks, kNow + TimeDelta::Millis(50));
  CHECK_FALSE(keeper.wake_at().is_finite());
}

TEST_CASE("Without restarts a silent path is given up after three seconds") {
  PathKeeper keeper = Quiet(PathKeeper::Restarting::kUnsupported);
  CHECK(keeper.TakeDue(kNow + TimeDelta::Millis(2'999)) == Wish::kNone);
  CHECK(keeper.TakeDue(kNow + PathKeeper::kPatienceWithout) == Wish::kGiveUp);
  CHECK_FALSE(keeper.wake_at().is_finite());
}

TEST_CASE("A server's no gives the silent path a last chance, and a living one its life") {
  PathKeeper silent = Asking();
  silent.OnRefused(Refusal::kByServer, kNow + TimeDelta::Seconds(1));
  CHECK(silent.wake_at() == kNow + TimeDelta::Seconds(1) + PathKeeper::kLastChance);
  CHECK(silent.TakeDue(silent.wake_at()) == Wish::kGiveUp);

  PathKeeper alive = Asking();
  alive.OnPath(PathState::kWorks, kNow + TimeDelta::Millis(500));
  alive.OnRefused(Refusal::kByServer, kNow + TimeDelta::Seconds(1));
  CHECK_FALSE(alive.wake_at().is_finite());
}

TEST_CASE("Calls that reach nobody are made again at doubling distances up to four seconds") {
  PathKeeper keeper = Asking();
  Timestamp now = kNow + TimeDelta::Seconds(1);
  for (const int wait_ms : {500, 1000, 2000, 4000, 4000}) {
    keeper.OnRefused(Refusal::kNoAnswer, now);
    CHECK(keeper.wake_at() - now == TimeDelta::Millis(wait_ms));
    now = keeper.wake_at();
    REQUIRE(keeper.TakeDue(now) == Wish::kRestart);
  }
}

TEST_CASE("What the server may have taken is asked again although the path works") {
  PathKeeper keeper = Asking();
  keeper.OnRefused(Refusal::kNoAnswer, kNow + TimeDelta::Seconds(1));
  keeper.OnPath(PathState::kWorks, kNow + TimeDelta::Millis(1'200));
  CHECK(keeper.TakeDue(kNow + TimeDelta::Millis(1'500)) == Wish::kRestart);
  keeper.OnRestarted(kNow + TimeDelta::Seconds(2));
  CHECK_FALSE(keeper.wake_at().is_finite());
}

TEST_CASE("A new network takes back what was asked by the old one and asks anew") {
  PathKeeper keeper = Asking();
  const Timestamp changed = kNow + TimeDelta::Seconds(2);
  keeper.OnNetworkChanged(changed);
  CHECK_FALSE(keeper.is_asking());
  keeper.OnRefused(Refusal::kNoAnswer, changed);  // The old call's end.
  CHECK(keeper.wake_at() == changed + PathKeeper::kGrace);
}

TEST_CASE(
    "A restart that brings no path is followed by another, and after half a minute by the end") {
  PathKeeper keeper = Asking();
  keeper.OnRestarted(kNow + TimeDelta::Seconds(1));
  CHECK(keeper.TakeDue(kNow + TimeDelta::Seconds(6)) == Wish::kRestart);
  keeper.OnRestarted(kNow + TimeDelta::Seconds(27));
  CHECK(keeper.TakeDue(kNow + PathKeeper::kPatience) == Wish::kGiveUp);
}

}  // namespace
}  // namespace onair::webrtc
