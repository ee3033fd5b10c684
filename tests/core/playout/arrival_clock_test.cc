// SPDX-License-Identifier: Apache-2.0
#include "core/playout/arrival_clock.h"

#include <catch2/catch.hpp>
#include <optional>

#include "core/playout/delay_histogram.h"
#include "core/playout/target_delay.h"
#include "tests/support/print_units.h"

namespace onair::playout {
namespace {

constexpr TimeDelta Ms(std::int64_t ms) {
  return TimeDelta::Millis(ms);
}
Timestamp At(std::int64_t ms) {
  return Timestamp::Zero() + Ms(ms);
}
constexpr TimeDelta kNone = TimeDelta::Zero();

std::optional<TimeDelta> WorstOf(ArrivalClock& clock) {
  const auto slot = clock.TakeSlot();
  return slot ? std::optional(slot->worst) : std::nullopt;
}

TEST_CASE("What sound was late by is told beside what anything was") {
  ArrivalClock clock;
  clock.OnArrival(TrackKind::kVideo, MediaTime::Millis(0), At(100), kNone);
  clock.OnArrival(TrackKind::kAudio, MediaTime::Millis(0), At(120), Ms(10));
  clock.OnArrival(TrackKind::kVideo, MediaTime::Millis(40), At(200), kNone);
  clock.OnArrival(TrackKind::kVideo, MediaTime::Millis(600), At(700), kNone);
  const auto slot = clock.TakeSlot();
  REQUIRE(slot);
  CHECK(slot->worst == Ms(60));
  CHECK(slot->sound == Ms(30));
}

TEST_CASE("Arrival clock stands on the fastest arrival") {
  ArrivalClock clock;
  CHECK_FALSE(clock.fastest().has_value());

  clock.OnArrival(TrackKind::kVideo, MediaTime::Millis(0), At(1080), kNone);
  clock.OnArrival(TrackKind::kVideo, MediaTime::Millis(40), At(1090), kNone);
  clock.OnArrival(TrackKind::kVideo, MediaTime::Millis(80), At(1170), kNone);

  CHECK(clock.fastest() == Ms(1050));
}

TEST_CASE("Arrival clock forgets a fast path after two seconds of slower arrivals") {
  ArrivalClock clock;
  clock.OnArrival(TrackKind::kVideo, MediaTime::Millis(0), At(1000), kNone);
  for (int ms = 40; ms <= 3000; ms += 40)
    clock.OnArrival(TrackKind::kVideo, MediaTime::Millis(ms), At(1300 + ms), kNone);

  CHECK(clock.fastest() == Ms(1300));
}

TEST_CASE("Arrival clock counts a stall as jitter and a burst of old media as none") {
  ArrivalClock clock;
  std::optional<TimeDelta> worst;
  const auto arrive = [&](std::int64_t media_ms, std::int64_t at_ms) {
    clock.OnArrival(TrackKind::kVideo, MediaTime::Millis(media_ms), At(at_ms), kNone);
    if (const auto sample = WorstOf(clock)) worst = sample;
  };

  SECTION("burst") {
    for (int ms = 0; ms <= 2000; ms += 40) arrive(ms, 100 + ms / 50);
    arrive(2040, 700);
    CHECK(worst == TimeDelta::Zero());
  }
  SECTION("stall") {
    for (int ms = 0; ms < 1000; ms += 40) arrive(ms, ms);
    for (int ms = 1000; ms < 4000; ms += 40) arrive(ms, 4000 + ms / 100);
    arrive(4600, 4600);
    CHECK(worst == Ms(3010));
  }
}

TEST_CASE("Arrival clock after a restart measures the path afresh and still sees the delay") {
  ArrivalClock clock;
  clock.OnArrival(TrackKind::kVideo, MediaTime::Millis(0), At(100), kNone);
  clock.Restart();

  clock.OnArrival(TrackKind::kVideo, MediaTime::Millis(40), At(640), kNone);
  CHECK(clock.fastest() == Ms(600));
  clock.OnArrival(TrackKind::kVideo, MediaTime::Millis(600), At(1200), kNone);

  CHECK(WorstOf(clock) == Ms(500));
}

TEST_CASE("Arrival clock counts the lead that a track needs as delay") {
  ArrivalClock clock;
  clock.OnArrival(TrackKind::kVideo, MediaTime::Millis(0), At(0), kNone);
  clock.OnArrival(TrackKind::kVideo, MediaTime::Millis(0), At(10), Ms(40));
  clock.OnArrival(TrackKind::kVideo, MediaTime::Millis(600), At(600), kNone);

  CHECK(WorstOf(clock) == Ms(50));
}

TEST_CASE("Delay histogram answers quantiles by the upper edge of a bucket") {
  DelayHistogram histogram;
  CHECK(histogram.Quantile(0.95) == TimeDelta::Zero());
  for (int i = 0; i < 900; ++i) histogram.Add(Ms(i % 10 == 9 ? 130 : 5));

  CHECK(histogram.Quantile(0.5) == Ms(10));
  CHECK(histogram.Quantile(0.99) == Ms(135));
}

TEST_CASE("Delay histogram forgets what is a minute old") {
  DelayHistogram histogram;
  for (int i = 0; i < 200; ++i) histogram.Add(Ms(800));
  for (int i = 0; i < 200; ++i) histogram.Add(Ms(5));  // 100 s of slots.

  CHECK(histogram.Quantile(0.95) == Ms(10));
}

TEST_CASE("Delay histogram puts whatever is too long or negative into its end buckets") {
  DelayHistogram histogram;
  histogram.Add(TimeDelta::PlusInfinity());
  CHECK(histogram.Quantile(0.5) == TimeDelta::Seconds(5));
  histogram.Clear();
  histogram.Add(Ms(-700));
  CHECK(histogram.Quantile(0.5) == Ms(5));
}

TEST_CASE("Target delay stands at the floor of its mode on a quiet network") {
  const auto target = [](BufferMode mode) {
    TargetDelay delay(mode, Ms(777));
    for (int i = 0; i < 100; ++i) delay.OnWorstDelay(Ms(3), At(500 * i));
    return delay.At(At(50'000));
  };
  CHECK(target(BufferMode::kFast) == Ms(40));
  CHECK(target(BufferMode::kAuto) == Ms(80));
  CHECK(target(BufferMode::kSmooth) == Ms(300));
  CHECK(target(BufferMode::kFixed) == Ms(777));
}

TEST_CASE("Target delay rises to the jitter at once and falls back slowly") {
  TargetDelay delay(BufferMode::kAuto, kNone);
  for (int i = 0; i < 20; ++i) delay.OnWorstDelay(Ms(390), At(500 * i));
  CHECK(delay.current() == Ms(395));

  for (int i = 20; i < 300; ++i) delay.OnWorstDelay(Ms(3), At(500 * i));
  const TimeDelta later = delay.current();
  CHECK(later == Ms(80));
  // The steepest fall: 20 ms per second.
  TargetDelay steep(BufferMode::kAuto, kNone);
  steep.OnWorstDelay(Ms(390), At(0));
  steep.OnStall(kNone, At(0));
  const TimeDelta high = steep.current();
  for (int i = 1; i <= 4; ++i) steep.OnWorstDelay(Ms(3), At(500 * i));
  CHECK(steep.current() >= high - Ms(40));
}

TEST_CASE("Target delay pays for a stall with at least 100 ms, keeps them, then lets go") {
  TargetDelay delay(BufferMode::kAuto, kNone);
  delay.OnWorstDelay(Ms(3), At(0));
  delay.OnStall(kNone, At(1000));
  CHECK(delay.At(At(1000)) == Ms(180));
  CHECK(delay.At(At(10'000)) == Ms(180));
  CHECK(delay.At(At(16'000)) == Ms(130));
  CHECK(delay.At(At(30'000)) == Ms(80));
}

TEST_CASE("Target delay does not let an outage cost more than its mode allows") {
  TargetDelay delay(BufferMode::kFast, kNone);
  for (int i = 0; i < 5; ++i) delay.OnStall(TimeDelta::Seconds(8), At(i * 1000));
  CHECK(delay.At(At(5000)) == Ms(240));
}

}  // namespace
}  // namespace onair::playout
