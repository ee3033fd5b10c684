// SPDX-License-Identifier: Apache-2.0
#include "capture/sync/source_line.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <vector>

#include "core/base/rng.h"

using namespace onair;
using namespace onair::capture;

namespace {

constexpr Timestamp kOrigin = Timestamp::Micros(1'000'000'000);
Timestamp At(std::int64_t ms) {
  return kOrigin + TimeDelta::Millis(ms);
}
SourceItem Shot(std::int64_t pts_ms, std::int64_t at_ms) {
  return {TrackKind::kVideo, MediaTime::Millis(pts_ms), TimeDelta::Millis(40), At(at_ms)};
}
SourceItem Sound(std::int64_t pts_ms, std::int64_t at_ms) {
  return {TrackKind::kAudio, MediaTime::Millis(pts_ms), TimeDelta::Millis(10), At(at_ms)};
}

}  // namespace

TEST_CASE("One source is placed by driver time, sound and pictures alike") {
  SourceLine line({}, kOrigin);
  line.StartSource(SourceTracks::kBoth);
  const auto first = line.Place(Shot(0, 500));
  CHECK(first.at == MediaTime::Millis(500));
  CHECK(first.change == LineChange::kAnchored);
  // Read late by 7 ms: the shared start keeps both together.
  CHECK(line.Place(Sound(0, 507)).at == MediaTime::Millis(500));
  CHECK(line.Place(Sound(10, 512)).at == MediaTime::Millis(510));
  CHECK(line.Place(Shot(40, 541)).at == MediaTime::Millis(540));
}

TEST_CASE("A switch keeps the line rising, with no overlap and at most one frame of gap") {
  SourceLine line({}, kOrigin);
  MediaTime last_picture = MediaTime::Millis(-1000);
  MediaTime sound_end = MediaTime::Zero();
  bool has_sound = false;
  std::int64_t now = 0;
  const std::int64_t first_pts[] = {0, 5'000'000, 77, 0, 900};
  for (int source = 0; source < 5; ++source) {
    line.StartSource(SourceTracks::kBoth);
    const std::int64_t begin = now;
    const bool is_silent = source == 2;  // A still image; silence fills.
    for (; now < begin + 1'000 + source * 13; now += 10) {
      const std::int64_t pts = first_pts[source] + now - begin;
      if ((now - begin) % 40 == 0) {
        const auto place = line.Place(Shot(pts, now));
        CAPTURE(source, now, place.at.ms());
        REQUIRE(place.change != LineChange::kDropped);
        REQUIRE(place.at > last_picture);
        if (now > 0) REQUIRE(place.at - last_picture <= TimeDelta::Millis(40 + 40));
        last_picture = place.at;
      }
      if (is_silent) {
        sound_end = std::max(sound_end, line.At(At(now + 10)));
        line.OnFilled(TrackKind::kAudio, sound_end);
        continue;
      }
      const auto place = line.Place(Sound(pts, now));
      CAPTURE(source, now, place.at.us());
      if (place.change == LineChange::kDropped) continue;
      if (has_sound) REQUIRE(place.at >= sound_end);
      if (has_sound) REQUIRE(place.at - sound_end <= TimeDelta::Millis(40));
      has_sound = true;
      sound_end = place.at + TimeDelta::Millis(10);
      REQUIRE(place.at - line.At(At(now)) <= TimeDelta::Millis(40));
    }
  }
  CHECK(line.stats().repaired == 0);
}

TEST_CASE("Toggling the camera does not move its picture against the microphone") {
  SourceLine line({}, kOrigin);
  line.StartSource(SourceTracks::kAudio);
  line.StartSource(SourceTracks::kVideo);
  for (std::int64_t now = 0; now < 10'000; now += 10) {
    if (now == 3'000 || now == 6'000) line.StartSource(SourceTracks::kVideo);
    // Each camera counts from its own start and delivers 25 ms after capture.
    const std::int64_t camera_start = now >= 6'000 ? 6'000 : now >= 3'000 ? 3'000 : 0;
    CHECK(line.Place(Sound(now, now)).at == MediaTime::Millis(now));
    if (now % 40 == 0 && !(now >= 3'000 && now < 3'400)) {  // The second one is slow to open.
      CHECK(line.Place(Shot(now - camera_start, now)).at == MediaTime::Millis(now));
    }
  }
}

TEST_CASE("Table of repairs") {
  struct Step {
    SourceItem item;
    std::int64_t at_ms;
    LineChange change;
  };
  struct Row {
    const char* name;
    std::vector<Step> steps;
  };
  using enum LineChange;
  const Row rows[] = {
      {"late reading is no jump",
       {{Shot(0, 0), 0, kAnchored},
        {Shot(40, 3'000), 40, kNone},
        {Shot(80, 3'001), 80, kNone},
        {Shot(3'000, 3'010), 3'000, kNone}}},
      {"a sparse source is no jump",
       {{Shot(0, 0), 0, kAnchored}, {Shot(5'000, 5'003), 5'000, kNone}}},
      {"a leap ahead is closed",
       {{Shot(0, 0), 0, kAnchored},
        {Shot(90'000, 40), 40, kRepaired},
        {Shot(90'040, 80), 80, kNone}}},
      {"a restart at zero is closed",
       {{Shot(50'000, 0), 0, kAnchored},
        {Shot(50'040, 41), 40, kNone},
        {Shot(0, 81), 80, kRepaired},
        {Shot(40, 120), 120, kNone}}},
      {"a leap after a real pause keeps the pause",
       {{Shot(0, 0), 0, kAnchored}, {Shot(90'000, 2'000), 2'000, kRepaired}}},
      {"equal times rise by a millisecond",
       {{Shot(0, 0), 0, kAnchored}, {Shot(0, 40), 1, kNone}, {Shot(40, 41), 40, kNone}}},
      {"a step back within a frame is nudged",
       {{Shot(0, 0), 0, kAnchored}, {Shot(100, 100), 100, kNone}, {Shot(90, 101), 101, kNudged}}},
      {"an older picture is dropped",
       {{Shot(0, 0), 0, kAnchored},
        {Shot(100, 100), 100, kNone},
        {Shot(20, 101), 20, kDropped},
        {Shot(140, 140), 140, kNone}}},
      {"jitter of sound leaves no seam",
       {{Sound(0, 0), 0, kAnchored},
        {Sound(13, 12), 10, kNudged},
        {Sound(18, 20), 20, kNudged},
        {Sound(30, 30), 30, kNone}}},
      {"lost sound leaves its hole", {{Sound(0, 0), 0, kAnchored}, {Sound(200, 200), 200, kNone}}},
      {"sound that was given already is dropped",
       {{Sound(0, 0), 0, kAnchored},
        {Sound(200, 200), 200, kNone},
        {Sound(150, 210), 150, kDropped}}},
      {"captured before the origin is dropped",
       {{Shot(0, -100), -100, kDropped}, {Shot(100, 0), 0, kNone}}},
  };
  for (const Row& row : rows) {
    SourceLine line({}, kOrigin);
    line.StartSource(SourceTracks::kBoth);
    for (std::size_t i = 0; i < row.steps.size(); ++i) {
      const LinePlace place = line.Place(row.steps[i].item);
      CAPTURE(row.name, i, place.at.us());
      CHECK(place.at == MediaTime::Millis(row.steps[i].at_ms));
      CHECK(static_cast<int>(place.change) == static_cast<int>(row.steps[i].change));
    }
  }
}

TEST_CASE("A clock that stopped is moved up after the window, both tracks by the same amount") {
  SourceLine line({}, kOrigin);
  line.StartSource(SourceTracks::kBoth);
  std::int64_t apart_us = 0;
  std::int64_t behind_ms = 0;
  for (std::int64_t now = 0; now < 12'000; now += 10) {
    const std::int64_t pts = now < 4'000 ? now : now - 1'000;  // Slept for a second.
    if (now >= 4'000 && now < 5'000) continue;
    const auto sound = line.Place(Sound(pts, now));
    if (now % 40 != 0) continue;
    const auto picture = line.Place(Shot(pts, now));
    apart_us = (picture.at - sound.at).us();
    behind_ms = now - picture.at.ms();
    if (now == 5'500) CHECK(behind_ms == 1'000);
  }
  CHECK(line.stats().repaired == 2);
  CHECK(std::abs(apart_us) <= 25'000);
  CHECK(std::abs(behind_ms) <= 10);
}

TEST_CASE("A slow reader that catches up is not taken for a stopped clock") {
  SourceLine line({}, kOrigin);
  line.StartSource(SourceTracks::kVideo);
  for (std::int64_t pts = 0; pts < 10'000; pts += 40) {
    const std::int64_t lag = pts < 2'000 ? 0 : std::max<std::int64_t>(0, 1'500 - (pts - 2'000));
    CHECK(line.Place(Shot(pts, pts + lag)).at == MediaTime::Millis(pts));
  }
  CHECK(line.stats().repaired == 0);
}

TEST_CASE(
    "Whatever times a source invents, the line rises, never overlaps and follows the driver") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Rng rng(seed);
    SourceLine line({}, kOrigin);
    line.StartSource(SourceTracks::kBoth);
    std::int64_t now_us = 0;
    std::int64_t pts_us = 0;
    std::optional<MediaTime> last_picture;
    std::optional<MediaTime> sound_end;
    for (int i = 0; i < 2'000; ++i) {
      now_us += static_cast<std::int64_t>(rng.Below(20'000));
      pts_us += static_cast<std::int64_t>(rng.Below(20'000));
      if (rng.Below(100) == 0)
        pts_us += static_cast<std::int64_t>(rng.Below(20'000'000)) - 10'000'000;
      if (rng.Below(300) == 0) line.StartSource(static_cast<SourceTracks>(1 + rng.Below(3)));
      const bool is_video = rng.Below(2) == 0;
      const TimeDelta duration = TimeDelta::Millis(is_video ? 33 : 10);
      const auto place =
          line.Place({is_video ? TrackKind::kVideo : TrackKind::kAudio, MediaTime::Micros(pts_us),
                      duration, kOrigin + TimeDelta::Micros(now_us)});
      if (place.change == LineChange::kDropped) continue;
      CAPTURE(seed, i, place.at.us());
      REQUIRE(place.at >= MediaTime::Zero());
      if (is_video) {
        if (last_picture) REQUIRE(place.at - *last_picture >= TimeDelta::Millis(1));
        last_picture = place.at;
      } else {
        if (sound_end) REQUIRE(place.at >= *sound_end);
        sound_end = place.at + duration;
      }
    }
    REQUIRE(last_picture);
    CAPTURE(seed, now_us, last_picture->us());
    CHECK(std::abs(last_picture->us() - now_us) < 15'000'000);
  }
}

TEST_CASE("Line settings out of range are refused by name") {
  SourceLineConfig config;
  CHECK(config.Validate());
  config.jump = TimeDelta::Millis(99);
  CHECK(config.Validate().error().detail == "jump");
  config = {};
  config.drift = TimeDelta::Seconds(6);
  CHECK(config.Validate().error().detail == "drift");
  config = {};
  config.drift_window = TimeDelta::Zero();
  CHECK(config.Validate().error().detail == "drift_window");
  config = {};
  config.audio_slack = TimeDelta::Millis(101);
  CHECK(config.Validate().error().detail == "audio_slack");
}
