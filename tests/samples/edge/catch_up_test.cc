// SPDX-License-Identifier: Apache-2.0
#include "samples/edge/catch_up.h"

#include <catch2/catch.hpp>

#include "tests/support/print_units.h"

namespace onair::edge {
namespace {

constexpr MediaTime AtMs(int ms) {
  return MediaTime::Zero() + TimeDelta::Millis(ms);
}
constexpr Timestamp AfterMs(int ms) {
  return Timestamp::Zero() + TimeDelta::Millis(ms);
}
// Takes no time by itself.
CatchUp::Leaving Leaves(int ms) {
  return {AfterMs(ms), AfterMs(ms)};
}

TEST_CASE("A viewer who begins two seconds back is shown each picture as it leaves, then live") {
  CatchUp times;
  times.Begin(AtMs(10'000), TimeDelta::Millis(2'000), Timestamp::Zero());
  // 50 pictures of 2 ms each on the line, and those that are captured meanwhile.
  Timestamp leaves_at = Timestamp::Zero();
  for (int ms = 10'000; ms <= 12'080; ms += 40) {
    leaves_at += TimeDelta::Millis(2);
    const auto shown = times.Place(TrackKind::kVideo, AtMs(ms), {leaves_at, leaves_at});
    CHECK(shown == AtMs(12'000) + (leaves_at - Timestamp::Zero()));
  }
  CHECK(times.is_behind());
  CHECK(times.Place(TrackKind::kVideo, AtMs(12'120), Leaves(121)) == AtMs(12'120));
  CHECK_FALSE(times.is_behind());
  // From here on what is late is the network's.
  CHECK(times.Place(TrackKind::kVideo, AtMs(12'160), Leaves(300)) == AtMs(12'160));
}

TEST_CASE("Who begins at the live edge sees pictures at their own times") {
  CatchUp times;
  times.Begin(AtMs(1'000), TimeDelta::Zero(), Timestamp::Zero());
  CHECK(times.Place(TrackKind::kVideo, AtMs(1'000), Leaves(8)) == AtMs(1'000));
  CHECK(times.Place(TrackKind::kVideo, AtMs(1'040), Leaves(60)) == AtMs(1'040));
}

TEST_CASE("Sound from before the live edge is left out, and never comes twice") {
  CatchUp times;
  const auto place = [&](int ms) { return times.Place(TrackKind::kAudio, AtMs(ms), Leaves(0)); };
  times.Begin(AtMs(1'000), TimeDelta::Millis(1'000), Timestamp::Zero());
  CHECK_FALSE(place(1'000));
  CHECK_FALSE(place(1'959));
  CHECK(place(1'960) == AtMs(1'960));
  CHECK(place(2'500) == AtMs(2'500));
  times.Begin(AtMs(1'000), TimeDelta::Millis(1'500), Timestamp::Zero());
  CHECK_FALSE(place(2'480));
  CHECK(place(2'520) == AtMs(2'520));
}

TEST_CASE("Sound is left out until the pictures are live") {
  CatchUp times;
  times.Begin(AtMs(1'000), TimeDelta::Millis(1'000), AfterMs(0));
  REQUIRE(times.Place(TrackKind::kVideo, AtMs(1'000), Leaves(10)));
  CHECK_FALSE(times.Place(TrackKind::kAudio, AtMs(2'010), Leaves(100)));
  REQUIRE(times.Place(TrackKind::kVideo, AtMs(2'100), Leaves(105)));
  CHECK(times.Place(TrackKind::kAudio, AtMs(2'100), Leaves(105)) == AtMs(2'100));
}

TEST_CASE("Sound does not wait for ever for pictures on a slow line, and not at all after a jump") {
  CatchUp times;
  times.Begin(AtMs(1'000), TimeDelta::Millis(1'000), AfterMs(0));
  REQUIRE(times.Place(TrackKind::kVideo, AtMs(1'000), Leaves(900)));
  CHECK_FALSE(times.Place(TrackKind::kAudio, AtMs(2'800), Leaves(999)));
  CHECK(times.Place(TrackKind::kAudio, AtMs(2'820), Leaves(1'000)) == AtMs(2'820));
  CHECK(times.is_behind());
  times.Begin(AtMs(3'000), TimeDelta::Millis(500), AfterMs(1'500));
  REQUIRE(times.Place(TrackKind::kVideo, AtMs(3'000), Leaves(2'000)));
  CHECK(times.Place(TrackKind::kAudio, AtMs(3'500), Leaves(1'510)) == AtMs(3'500));
}

TEST_CASE("Beginning once more at the same pictures never turns a viewer's time back") {
  CatchUp times;
  MediaTime last = AtMs(0);
  const auto show = [&](int ms, int leaves_ms) {
    const auto shown = times.Place(TrackKind::kVideo, AtMs(ms), Leaves(leaves_ms));
    REQUIRE(shown.has_value());
    CHECK(*shown > last);
    last = *shown;
  };
  times.Begin(AtMs(1'000), TimeDelta::Zero(), AfterMs(0));
  for (int ms = 1'000; ms <= 2'000; ms += 40) show(ms, ms - 1'000);
  times.Begin(AtMs(1'000), TimeDelta::Millis(1'000), AfterMs(1'000));
  for (int ms = 1'000; ms <= 2'000; ms += 40) show(ms, 1'000 + (ms - 1'000) / 40);
  for (int ms = 2'040; ms <= 3'000; ms += 40) show(ms, ms - 1'000);
  CHECK(last == AtMs(3'000));
}

TEST_CASE("A picture that takes the line long by itself is not late for that") {
  CatchUp times;
  times.Begin(AtMs(1'000), TimeDelta::Millis(200), AfterMs(0));
  CHECK(times.Place(TrackKind::kVideo, AtMs(1'000), {AfterMs(0), AfterMs(120)}) == AtMs(1'320));
  CHECK(times.Place(TrackKind::kVideo, AtMs(1'330), {AfterMs(135), AfterMs(160)}) == AtMs(1'330));
  CHECK_FALSE(times.is_behind());
}

}  // namespace
}  // namespace onair::edge
