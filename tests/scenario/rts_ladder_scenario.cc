// SPDX-License-Identifier: Apache-2.0
//
// What gives way of the picture as a realtime session's line loses most of what it carried, and
// what of it comes back: whole sessions with the default controller, in virtual time.
#include <catch2/catch.hpp>

#include "tests/scenario/rts_stage.h"
#include "tests/support/print_units.h"

namespace onair::scenario {
namespace {

constexpr TimeDelta Sec(std::int64_t s) {
  return TimeDelta::Seconds(s);
}

// 20 s of 2.5 Mbit/s, 30 s of what is too little for 720p at 30, and 60 s to come back.
constexpr TimeDelta kFall = Sec(20);
constexpr TimeDelta kRise = Sec(50);
constexpr TimeDelta kEnd = Sec(110);

struct Ladder {
  struct Rung {
    double frame_rate;
    int resolution_step;
    bool operator==(const Rung&) const = default;
  };
  Rung before, low, back;
  TimeDelta down_after = TimeDelta::PlusInfinity();  // From the fall: the first step of the ladder.
  TimeDelta up_after = TimeDelta::PlusInfinity();    // From the return: the full picture again.
  int steps = 0;
  TimeDelta delay_p95_low = TimeDelta::Zero();  // Capture to whole, once the fall is followed.
};

Ladder Climb(ControlMode mode, std::int64_t low_kbps, std::uint64_t seed) {
  const Timestamp began = Timestamp::Zero() + Sec(4);  // As RtsStage has it.
  twin::RateSchedule rate(DataRate::KilobitsPerSec(2500));
  rate.Change(began + kFall, DataRate::KilobitsPerSec(low_kbps))
      .Change(began + kRise, DataRate::KilobitsPerSec(2500));
  RtsStage stage({.line = {.rate = rate}, .seed = seed, .mode = mode});
  stage.Run(kEnd);
  Ladder out{};
  Ladder::Rung last{30, 0};
  for (const RtsStage::Sample& sample : stage.samples) {
    const Ladder::Rung rung{sample.frame_rate, sample.resolution_step};
    const TimeDelta at = sample.at - stage.began_at;
    if (!(rung == last)) {
      ++out.steps;
      if (at > kFall) out.down_after = std::min(out.down_after, at - kFall);
      if (at > kRise && rung == Ladder::Rung{30, 0}) {
        out.up_after = std::min(out.up_after, at - kRise);
      }
    }
    last = rung;
    if (at <= kFall) out.before = rung;
    if (at <= kRise) out.low = rung;
  }
  out.back = last;
  std::vector<TimeDelta> delays;
  for (const RtsStage::Picture& picture : stage.pictures) {
    const TimeDelta at = picture.captured_at - stage.began_at;
    if (picture.whole_at && at > kFall + Sec(3) && at < kRise) {
      delays.push_back(*picture.whole_at - picture.captured_at);
    }
  }
  REQUIRE(delays.size() > 100);
  std::sort(delays.begin(), delays.end());
  out.delay_p95_low = delays[delays.size() * 95 / 100];
  return out;
}

// What all modes have in common.
void CheckFollowed(const Ladder& ladder) {
  CHECK(ladder.before == Ladder::Rung{30, 0});
  CHECK(ladder.down_after >= Sec(1));  // A short fall costs no picture its shape.
  CHECK(ladder.down_after < Sec(4));
  CHECK(ladder.back == Ladder::Rung{30, 0});
  CHECK(ladder.up_after < Sec(40));
  // Down at once and up rung by rung, without wavering.
  CHECK(ladder.steps <= 7);
  CHECK(ladder.delay_p95_low < TimeDelta::Millis(300));
}

TEST_CASE("For quality the frame rate gives way first over WebRTC, and all comes back") {
  for (const std::uint64_t seed : {1U, 2U}) {
    const Ladder some = Climb(ControlMode::kQuality, 800, seed);
    INFO("seed " << seed);
    CheckFollowed(some);
    CHECK(some.low.resolution_step == 0);
    CHECK(some.low.frame_rate < 30);
  }
}

TEST_CASE("For fluency the size gives way first over WebRTC, and all comes back") {
  for (const std::uint64_t seed : {1U, 2U}) {
    const Ladder some = Climb(ControlMode::kFluency, 800, seed);
    INFO("seed " << seed);
    CheckFollowed(some);
    CHECK(some.low.resolution_step > 0);
    CHECK(some.low.frame_rate == 30);
  }
}

TEST_CASE("Where a WebRTC line takes a fifth, size and frame rate give way in every mode") {
  for (const ControlMode mode :
       {ControlMode::kQuality, ControlMode::kFluency, ControlMode::kBalanced}) {
    const Ladder little = Climb(mode, 360, 1);
    INFO("mode " << static_cast<int>(mode));
    CheckFollowed(little);
    CHECK(little.low == Ladder::Rung{15, 2});
  }
}

}  // namespace
}  // namespace onair::scenario
