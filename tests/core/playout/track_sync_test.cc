// SPDX-License-Identifier: Apache-2.0
#include "core/playout/track_sync.h"

#include <catch2/catch.hpp>
#include <cstdlib>

#include "tests/support/print_units.h"

namespace onair::playout {
namespace {

constexpr TimeDelta kStep = TimeDelta::Millis(33);

UtcTime Utc(std::int64_t ms) {
  return UtcTime::Micros(1'000 * ms);
}
MediaTime Ms(std::int64_t ms) {
  return MediaTime::Millis(ms);
}

TEST_CASE("Before both tracks have reported nothing moves") {
  TrackSync sync;
  CHECK(sync.Place(TrackKind::kVideo, Ms(100)) == Ms(100));
  sync.OnReport(TrackKind::kVideo, {Ms(0), Utc(5'000)});
  CHECK(sync.Place(TrackKind::kVideo, Ms(133)) == Ms(133));
  CHECK_FALSE(sync.is_locked());
  CHECK(sync.SenderTimeOf(TrackKind::kVideo, Ms(70)) == Utc(5'070));
  CHECK_FALSE(sync.SenderTimeOf(TrackKind::kAudio, Ms(70)));
}

TEST_CASE("Pictures move to sound, a little with each, and never back in time") {
  for (const std::int64_t off_ms : {-120, -20, 20, 120, 400}) {
    TrackSync sync;
    sync.OnReport(TrackKind::kAudio, {Ms(1'000), Utc(50'000)});
    // What was captured at 50 s stands `off_ms` early on the pictures' own line.
    sync.OnReport(TrackKind::kVideo, {Ms(1'000 - off_ms), Utc(50'000)});
    MediaTime own = Ms(2'000);
    MediaTime last = sync.Place(TrackKind::kVideo, own);
    CHECK(last == own);
    int moved = 0;
    // 4 ms are left alone.
    while (std::abs(sync.offset().us() - 1'000 * off_ms) > 4'000 && moved < 100) {
      own += kStep;
      const MediaTime placed = sync.Place(TrackKind::kVideo, own);
      REQUIRE(placed > last);
      REQUIRE(placed - last <= kStep * 2);
      last = placed;
      ++moved;
    }
    CAPTURE(off_ms);
    CHECK(moved <= std::abs(off_ms) / 16 + 1);
    CHECK(sync.Place(TrackKind::kAudio, Ms(7)) == Ms(7));
  }
}

TEST_CASE("What was captured together is placed together") {
  TrackSync sync;
  sync.OnReport(TrackKind::kAudio, {Ms(3'000), Utc(77'000)});
  sync.OnReport(TrackKind::kVideo, {Ms(2'950), Utc(77'100)});
  MediaTime own = Ms(3'000);
  for (int i = 0; i < 60; ++i, own += kStep) static_cast<void>(sync.Place(TrackKind::kVideo, own));
  const MediaTime video = Ms(6'000);
  const UtcTime captured = *sync.SenderTimeOf(TrackKind::kVideo, video);
  const MediaTime sound_at_the_same = Ms(3'000) + (captured - Utc(77'000));
  const TimeDelta off = sync.Place(TrackKind::kVideo, video) - sound_at_the_same;
  CHECK(std::abs(off.us()) <= 4'000);
}

TEST_CASE("More than a second off moves at once") {
  TrackSync sync;
  static_cast<void>(sync.Place(TrackKind::kVideo, Ms(100)));
  sync.OnReport(TrackKind::kAudio, {Ms(0), Utc(0)});
  sync.OnReport(TrackKind::kVideo, {Ms(0), Utc(5'000)});
  CHECK(sync.Place(TrackKind::kVideo, Ms(133)) == Ms(5'133));
}

TEST_CASE("The wobble of reports moves nothing") {
  TrackSync sync;
  for (int i = 0; i < 100; ++i) {
    sync.OnReport(TrackKind::kAudio, {Ms(33 * i), Utc(33 * i + (i % 3))});
    sync.OnReport(TrackKind::kVideo, {Ms(33 * i), Utc(33 * i - (i % 2))});
    CHECK(sync.Place(TrackKind::kVideo, Ms(33 * i)) == Ms(33 * i));
  }
}

TEST_CASE("A drift of the sender's clocks is followed") {
  TrackSync sync;
  MediaTime last = MediaTime::Zero();
  for (int i = 0; i < 3'000; ++i) {
    // The sound card is 200 ppm fast: a hundred seconds give 20 ms.
    const std::int64_t us = 33'000 * std::int64_t{i};
    sync.OnReport(TrackKind::kAudio, {MediaTime::Micros(us + us / 5'000), UtcTime::Micros(us)});
    sync.OnReport(TrackKind::kVideo, {MediaTime::Micros(us), UtcTime::Micros(us)});
    last = sync.Place(TrackKind::kVideo, MediaTime::Micros(us));
  }
  CHECK(sync.offset().ms_f() == Approx(19.8).margin(5));
}

TEST_CASE("A reset keeps pictures where they are") {
  TrackSync sync;
  sync.OnReport(TrackKind::kAudio, {Ms(0), Utc(0)});
  sync.OnReport(TrackKind::kVideo, {Ms(0), Utc(5'000)});
  static_cast<void>(sync.Place(TrackKind::kVideo, Ms(0)));
  sync.Reset();
  CHECK_FALSE(sync.is_locked());
  CHECK(sync.Place(TrackKind::kVideo, Ms(33)) == Ms(5'033));
}

}  // namespace
}  // namespace onair::playout
