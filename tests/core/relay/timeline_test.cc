// SPDX-License-Identifier: Apache-2.0
#include "core/relay/timeline.h"

#include <catch2/catch.hpp>

#include "tests/core/relay/stream_fixture.h"
#include "tests/support/print_units.h"

namespace onair::relay {
namespace {

// Places a frame that arrives when its own clock says; returns its dts in ms.
std::int64_t Place(Timeline& line, EncodedFrame frame, std::int64_t now_ms) {
  line.Place(frame, At(now_ms));
  return frame.dts.ms();
}

TEST_CASE("The first publisher keeps his own times") {
  Timeline line;
  CHECK(Place(line, Key(777'000), 0) == 777'000);
  CHECK(Place(line, Sound(776'990), 1) == 776'990);
  CHECK(line.head() == MediaTime::Millis(777'000));
  CHECK(line.joins() == 0);
}

TEST_CASE("A later publisher continues one frame after the last, whatever his clock says") {
  for (const long long first : {0LL, 5LL, 1'000'000LL, 4'294'967'290LL}) {
    Timeline line;
    Place(line, Key(100'000), 0);
    Place(line, Delta(100'040), 40);
    line.Restart();

    CHECK(Place(line, Key(first), 60'000) == 100'080);
    CHECK(Place(line, Delta(first + 40), 60'040) == 100'120);
    CHECK(line.joins() == 1);
  }
}

TEST_CASE("Sound and video of a new publisher keep their distance") {
  Timeline line;
  Place(line, Key(1000), 0);
  line.Restart();

  const std::int64_t sound = Place(line, Sound(0), 10);
  const std::int64_t video = Place(line, Key(25), 35);

  CHECK(video - sound == 25);
}

TEST_CASE("Time never goes back in a track when a new publisher's sound is behind his video") {
  Timeline line;
  Place(line, Sound(1000), 0);
  Place(line, Key(1000), 0);
  line.Restart();
  Place(line, Key(500), 10);

  CHECK(Place(line, Sound(0), 11) == 1000);
  CHECK(Place(line, Sound(520), 12) == 1053);
}

TEST_CASE("A small step back is held, a large one joins the line anew") {
  Timeline line;
  Place(line, Key(5000), 0);
  CHECK(Place(line, Delta(4500), 10) == 5000);
  CHECK(line.joins() == 0);

  CHECK(Place(line, Delta(3400), 20) == 5033);
  CHECK(line.joins() == 1);
}

TEST_CASE("A jump ahead counts only when real time did not pass as well") {
  Timeline line;
  Place(line, Key(0), 0);
  CHECK(Place(line, Delta(60'000), 60'000) == 60'000);
  CHECK(Place(line, Delta(63'000), 60'001) == 63'000);
  CHECK(line.joins() == 0);

  CHECK(Place(line, Delta(70'000), 60'002) < 64'000);
  CHECK(line.joins() == 1);
}

TEST_CASE("The distance between decoding and display stays and is never negative") {
  Timeline line;
  Place(line, Key(1000), 0);
  line.Restart();
  EncodedFrame reordered = Key(0);
  reordered.pts = MediaTime::Millis(80);
  line.Place(reordered, At(5));
  CHECK(reordered.pts - reordered.dts == TimeDelta::Millis(80));

  EncodedFrame wrong = Delta(40);
  wrong.pts = MediaTime::Millis(0);
  line.Place(wrong, At(45));
  CHECK(wrong.pts == wrong.dts);
}

}  // namespace
}  // namespace onair::relay
