// SPDX-License-Identifier: Apache-2.0
#include "platform/devices/media_times.h"

#include <catch2/catch.hpp>

namespace onair::devices {
namespace {

constexpr TimeDelta kSpan = TimeDelta::Millis(40);
constexpr std::int64_t kSecond = 1'000'000;

TEST_CASE("Times that a container tells stay as they are") {
  MediaTimes times;
  const auto first = times.Place(80'000, 0, kSpan, nullptr);
  CHECK(first.pts == MediaTime::Millis(80));
  CHECK(first.dts == MediaTime::Zero());
  CHECK(times.Place(3600 * kSecond, 3600 * kSecond, kSpan, nullptr).dts ==
        MediaTime::Micros(3600 * kSecond));
}

TEST_CASE("Missing times are filled in by the span of the packet before") {
  MediaTimes times;
  CHECK(times.Place({}, {}, kSpan, nullptr).pts == MediaTime::Zero());
  CHECK(times.Place({}, {}, kSpan, nullptr).pts == MediaTime::Millis(40));
  CHECK(times.Place({}, 100'000, kSpan, nullptr).pts == MediaTime::Millis(100));
}

TEST_CASE("A dts is never later than its pts, and a guessed one does not fall") {
  MediaTimes times;
  CHECK(times.Place(120'000, {}, kSpan, nullptr).dts == MediaTime::Millis(120));
  const auto shown_before = times.Place(40'000, {}, kSpan, nullptr);
  CHECK(shown_before.pts == MediaTime::Millis(40));
  CHECK(shown_before.dts <= shown_before.pts);
  CHECK(times.Place(0, 40'000, kSpan, nullptr).dts == MediaTime::Zero());
}

TEST_CASE("Where live times leap, both tracks go on together") {
  MediaSeam seam;
  MediaTimes video;
  MediaTimes audio;
  video.Place(5 * kSecond, 5 * kSecond, kSpan, &seam);
  audio.Place(5 * kSecond + 10'000, 5 * kSecond + 10'000, kSpan, &seam);

  const auto picture = video.Place(900 * kSecond, 900 * kSecond, kSpan, &seam);
  const auto sound = audio.Place(900 * kSecond + 7'000, 900 * kSecond + 7'000, kSpan, &seam);

  CHECK(picture.pts == MediaTime::Micros(5 * kSecond + 40'000));
  CHECK(sound.pts - picture.pts == TimeDelta::Millis(7));
  CHECK(seam.jumps == 1);
  const auto back = video.Place(0, 0, kSpan, &seam);
  CHECK(back.pts == picture.pts + kSpan);
}

TEST_CASE("A hole of some seconds in live times is no leap") {
  MediaSeam seam;
  MediaTimes times;
  times.Place(0, 0, kSpan, &seam);
  CHECK(times.Place(6 * kSecond, 6 * kSecond, kSpan, &seam).pts == MediaTime::Micros(6 * kSecond));
  CHECK(seam.jumps == 0);
}

}  // namespace
}  // namespace onair::devices
