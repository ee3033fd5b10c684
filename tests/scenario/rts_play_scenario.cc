// SPDX-License-Identifier: Apache-2.0
//
// What a viewer over WebRTC sees and hears on lines that lose: 2.5 Mbit/s, a round trip of 50 ms,
// pictures of 1.5 Mbit/s whose key frames, one in two seconds, fill the line for 120 ms each.
#include <catch2/catch.hpp>
#include <cstdint>
#include <iostream>

#include "tests/scenario/rts_play_stage.h"
#include "tests/support/print_units.h"

namespace onair::scenario {
namespace {

constexpr TimeDelta kStart = TimeDelta::Seconds(3);
constexpr TimeDelta kWatched = TimeDelta::Seconds(60);
constexpr TimeDelta kFreeze = TimeDelta::Millis(200);

struct Seen {
  RtsPlayStage::Freezes freezes;
  double frozen_percent;
  TimeDelta p50;
  TimeDelta p95;
  double heard_percent;  // Of the sound that was sent.
};

Seen Watch(const RtsPlayStage::Setup& setup) {
  RtsPlayStage stage(setup);
  stage.Run(kStart + kWatched);
  Seen seen{.freezes = stage.FreezesOver(kFreeze, kStart),
            .frozen_percent = 0,
            .p50 = stage.DelayQuantile(0.5, kStart),
            .p95 = stage.DelayQuantile(0.95, kStart),
            .heard_percent = 100 * stage.SoundShare(kStart)};
  seen.frozen_percent = 100 * seen.freezes.total.seconds_f() / kWatched.seconds_f();
  std::cout << "rts play: loss " << setup.loss * 100 << " % seed " << setup.seed << ": delay p50 "
            << seen.p50.ms() << " p95 " << seen.p95.ms() << " ms, freezes " << seen.freezes.count
            << " (" << seen.frozen_percent << " %), longest gap " << seen.freezes.longest.ms()
            << " ms, sound heard " << seen.heard_percent << " %\n";
  return seen;
}

TEST_CASE("On a clean line of twice the rate a viewer is within 200 ms and nothing is missing") {
  const Seen seen = Watch({.loss = 0, .seed = 1});
  // Three pictures and a burst of the pacer.
  CHECK(seen.freezes.longest <= TimeDelta::Millis(105));
  CHECK(seen.p95 <= TimeDelta::Millis(200));
  CHECK(seen.heard_percent > 99.5);
}

TEST_CASE("On an open line a viewer is within 60 ms of the network") {
  const Seen seen = Watch({.one_way = TimeDelta::Millis(1),
                           .line = DataRate::KilobitsPerSec(100'000),
                           .pacing = DataRate::KilobitsPerSec(10'000),
                           .seed = 1});
  CHECK(seen.freezes.longest <= TimeDelta::Millis(50));
  CHECK(seen.p50 <= TimeDelta::Millis(60));
}

TEST_CASE("At 5 % loss a viewer sees no freeze and is within 250 ms") {
  for (const std::uint64_t seed : {1, 2, 3, 4}) {
    const Seen seen = Watch({.loss = 0.05, .seed = seed});
    CAPTURE(seed);
    CHECK(seen.freezes.count == 0);
    CHECK(seen.p95 <= TimeDelta::Millis(250));
    CHECK(seen.heard_percent > 98);
  }
}

TEST_CASE("At 10 % loss a viewer's pictures stand still for at most 1 % of the time") {
  for (const std::uint64_t seed : {1, 2, 3, 4}) {
    const Seen seen = Watch({.loss = 0.10, .seed = seed});
    CAPTURE(seed);
    CHECK(seen.frozen_percent <= 1);
    CHECK(seen.heard_percent > 95);
  }
}

}  // namespace
}  // namespace onair::scenario
