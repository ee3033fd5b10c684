// SPDX-License-Identifier: Apache-2.0
//
// The opening of a viewer over WebRTC (docs/rts.md): 2.5 Mbit/s, a round trip of 50 ms, pictures of
// 1.5 Mbit/s with a key frame each 2 s, which he joins at any point between two.
#include <algorithm>
#include <catch2/catch.hpp>
#include <cstdint>
#include <iostream>

#include "tests/scenario/rts_join_stage.h"
#include "tests/support/print_units.h"

namespace onair::scenario {
namespace {

using Joining = RtsJoinStage::Joining;

constexpr TimeDelta kFreeze = TimeDelta::Millis(200);
constexpr TimeDelta kAfterOpening = TimeDelta::Seconds(3);
constexpr TimeDelta kRoundTrip = TimeDelta::Millis(50);

struct Seen {
  TimeDelta first;
  std::optional<TimeDelta> live;  // Within 250 ms.
  RtsJoinStage::Freezes freezes;
  double frozen_percent;
  TimeDelta p50, p95;
  double heard_percent;
};

Seen Watch(const RtsPlayStage::Setup& setup, const Joining& joining,
           TimeDelta watched = TimeDelta::Seconds(60)) {
  RtsJoinStage stage(setup, joining);
  stage.Join(kAfterOpening + watched);
  REQUIRE_FALSE(stage.shown.empty());
  Seen seen{.first = stage.shown.front().at - stage.asked_at,
            .live = stage.LiveAfter(TimeDelta::Millis(250)),
            .freezes = stage.FreezesOver(kFreeze, kAfterOpening),
            .frozen_percent = 0,
            .p50 = stage.DelayQuantile(0.5, kAfterOpening),
            .p95 = stage.DelayQuantile(0.95, kAfterOpening),
            .heard_percent = 100 * stage.SoundShare(kAfterOpening)};
  seen.frozen_percent = 100 * seen.freezes.total.seconds_f() / watched.seconds_f();
  std::cout << "rts join: loss " << setup.loss * 100 << " % seed " << setup.seed << " age "
            << joining.age.ms() << ": first " << seen.first.ms() << " live "
            << (seen.live ? seen.live->ms() : -1) << " ms, then p50 " << seen.p50.ms() << " p95 "
            << seen.p95.ms() << " ms, freezes " << seen.freezes.count << " (" << seen.frozen_percent
            << " %), longest gap " << seen.freezes.longest.ms() << " ms, sound heard "
            << seen.heard_percent << " %, keys asked " << stage.keys_asked << "\n";
  return seen;
}

TEST_CASE("Whenever he joins, a viewer on a narrow line is live soon and stays so") {
  for (const int age_ms : {0, 300, 600, 900, 1'200, 1'500, 1'700}) {
    CAPTURE(age_ms);
    const Seen seen =
        Watch({.loss = 0, .seed = 1}, {.age = TimeDelta::Millis(age_ms)}, TimeDelta::Seconds(10));
    // A key frame takes 120 ms there.
    CHECK(seen.first <= kRoundTrip * 5 + TimeDelta::Millis(150));
    REQUIRE(seen.live);
    CHECK(*seen.live <= TimeDelta::Millis(1'250));
    CHECK(seen.freezes.count == 0);
    CHECK(seen.p95 <= TimeDelta::Millis(200));
  }
}

TEST_CASE("Where the publisher cannot be asked a viewer catches up within five") {
  for (const int age_ms : {0, 600, 1'200, 1'700}) {
    CAPTURE(age_ms);
    const Seen seen =
        Watch({.loss = 0, .seed = 1},
              {.publisher = RtsJoinStage::Publisher::kDeaf, .age = TimeDelta::Millis(age_ms)},
              TimeDelta::Seconds(10));
    CHECK(seen.first <= kRoundTrip * 5 + TimeDelta::Millis(150));
    REQUIRE(seen.live);
    CHECK(*seen.live <= TimeDelta::Seconds(5));
    CHECK(seen.freezes.count == 0);
    CHECK(seen.p50 <= TimeDelta::Millis(200));
  }
}

TEST_CASE(
    "A viewer of whom nothing is heard is sent nothing after 3 s, and goes on as he answers") {
  RtsJoinStage stage({}, {.age = TimeDelta::Millis(300)});
  stage.Join(TimeDelta::Seconds(5));
  const std::int64_t early = stage.GoUnheard(TimeDelta::Seconds(2));
  stage.world.RunFor(TimeDelta::Seconds(2));

  const std::int64_t late = stage.GoUnheard(TimeDelta::Millis(4'200));
  const Timestamp heard_again = stage.world.now();
  stage.world.RunFor(TimeDelta::Seconds(3));
  stage.ShowUntil(stage.world.now());

  CHECK(early > 100);
  CHECK(late == 0);
  const auto first =
      std::ranges::find_if(stage.shown, [&](const auto& one) { return one.at > heard_again; });
  REQUIRE(first != stage.shown.end());
  // His client looks for its path each 250 ms; then a round trip and a key frame.
  CHECK(first->at - heard_again <= TimeDelta::Millis(600));
  CHECK(stage.shown.back().at >= stage.world.now() - TimeDelta::Millis(100));
  CHECK(stage.shown.back().delay <= TimeDelta::Millis(250));
}

TEST_CASE("At 5 % loss a viewer who joined is within 250 ms and sees no freeze") {
  for (const std::uint64_t seed : {1, 2, 3, 4}) {
    CAPTURE(seed);
    const Seen seen = Watch({.loss = 0.05, .seed = seed},
                            {.age = TimeDelta::Millis(static_cast<std::int64_t>(400 * seed))});
    CHECK(seen.freezes.count == 0);
    CHECK(seen.p95 <= TimeDelta::Millis(250));
    CHECK(seen.heard_percent > 98);
  }
}

TEST_CASE("At 10 % loss the pictures of a viewer who joined stand still for at most 1 %") {
  for (const std::uint64_t seed : {1, 2, 3, 4}) {
    CAPTURE(seed);
    const Seen seen = Watch({.loss = 0.10, .seed = seed},
                            {.age = TimeDelta::Millis(static_cast<std::int64_t>(400 * seed))});
    CHECK(seen.frozen_percent <= 1);
    CHECK(seen.p95 <= TimeDelta::Millis(350));
    CHECK(seen.heard_percent > 95);
  }
}

}  // namespace
}  // namespace onair::scenario
