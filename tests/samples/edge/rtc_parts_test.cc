// SPDX-License-Identifier: Apache-2.0
//
// The parts of the edge's WebRTC that need no socket.
#include <catch2/catch.hpp>

#include "samples/edge/catch_up.h"
#include "samples/edge/rtc_routes.h"
#include "tests/support/print_units.h"

namespace onair::edge {
namespace {

constexpr MediaTime AtMs(int ms) {
  return MediaTime::Zero() + TimeDelta::Millis(ms);
}
constexpr Timestamp AfterMs(int ms) {
  return Timestamp::Zero() + TimeDelta::Millis(ms);
}
Timestamp When(int ms) {
  return Timestamp::Zero() + TimeDelta::Millis(ms);
}
DatagramPath From(std::uint16_t port) {
  return {{IpAddress::V4(192, 0, 2, 1), 6000}, {IpAddress::V4(10, 0, 0, 1), port}};
}

TEST_CASE("A viewer who begins two seconds back is shown each picture as it leaves, then live") {
  CatchUp times;
  times.Begin(AtMs(10'000), TimeDelta::Millis(2'000), Timestamp::Zero());
  // 50 pictures of 2 ms each on the line, and those that are captured meanwhile.
  Timestamp leaves_at = Timestamp::Zero();
  for (int ms = 10'000; ms <= 12'080; ms += 40) {
    leaves_at += TimeDelta::Millis(2);
    const auto shown = times.Place(TrackKind::kVideo, AtMs(ms), leaves_at);
    CHECK(shown == AtMs(12'000) + (leaves_at - Timestamp::Zero()));
  }
  CHECK(times.is_behind());
  CHECK(times.Place(TrackKind::kVideo, AtMs(12'120), AfterMs(121)) == AtMs(12'120));
  CHECK_FALSE(times.is_behind());
  // From here on what is late is the network's.
  CHECK(times.Place(TrackKind::kVideo, AtMs(12'160), AfterMs(300)) == AtMs(12'160));
}

TEST_CASE("Who begins at the live edge sees pictures at their own times") {
  CatchUp times;
  times.Begin(AtMs(1'000), TimeDelta::Zero(), Timestamp::Zero());
  CHECK(times.Place(TrackKind::kVideo, AtMs(1'000), AfterMs(8)) == AtMs(1'000));
  CHECK(times.Place(TrackKind::kVideo, AtMs(1'040), AfterMs(60)) == AtMs(1'040));
}

TEST_CASE("Sound from before the live edge is left out, and never comes twice") {
  CatchUp times;
  const auto place = [&](int ms) {
    return times.Place(TrackKind::kAudio, AtMs(ms), Timestamp::Zero());
  };
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
  REQUIRE(times.Place(TrackKind::kVideo, AtMs(1'000), AfterMs(10)));
  CHECK_FALSE(times.Place(TrackKind::kAudio, AtMs(2'010), AfterMs(100)));
  REQUIRE(times.Place(TrackKind::kVideo, AtMs(2'100), AfterMs(105)));
  CHECK(times.Place(TrackKind::kAudio, AtMs(2'100), AfterMs(105)) == AtMs(2'100));
}

TEST_CASE("Sound does not wait for ever for pictures on a slow line, and not at all after a jump") {
  CatchUp times;
  times.Begin(AtMs(1'000), TimeDelta::Millis(1'000), AfterMs(0));
  REQUIRE(times.Place(TrackKind::kVideo, AtMs(1'000), AfterMs(900)));
  CHECK_FALSE(times.Place(TrackKind::kAudio, AtMs(2'800), AfterMs(999)));
  CHECK(times.Place(TrackKind::kAudio, AtMs(2'820), AfterMs(1'000)) == AtMs(2'820));
  CHECK(times.is_behind());
  times.Begin(AtMs(3'000), TimeDelta::Millis(500), AfterMs(1'500));
  REQUIRE(times.Place(TrackKind::kVideo, AtMs(3'000), AfterMs(2'000)));
  CHECK(times.Place(TrackKind::kAudio, AtMs(3'500), AfterMs(1'510)) == AtMs(3'500));
}

TEST_CASE("Beginning once more at the same pictures never turns a viewer's time back") {
  CatchUp times;
  MediaTime last = AtMs(0);
  const auto show = [&](int ms, int leaves_ms) {
    const auto shown = times.Place(TrackKind::kVideo, AtMs(ms), AfterMs(leaves_ms));
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

TEST_CASE("Routes know a session by its name and by where it was checked from") {
  RtcRoutes<int> routes;
  routes.Add("abcd", 1);
  routes.Add("efgh", 2);
  REQUIRE(routes.ByName("abcd") != nullptr);
  CHECK(*routes.ByName("abcd") == 1);
  CHECK(routes.ByName("abc") == nullptr);
  CHECK(routes.ByPath(From(5000)) == nullptr);

  routes.Learn(From(5000), 1, When(0));
  routes.Learn(From(5001), 2, When(0));
  CHECK(*routes.ByPath(From(5000)) == 1);
  routes.Learn(From(5000), 2, When(6'900));  // Somebody who writes a false address.
  CHECK(*routes.ByPath(From(5000)) == 1);
  routes.Learn(From(5000), 2, When(7'100));  // A port that somebody else got.
  CHECK(*routes.ByPath(From(5000)) == 2);

  routes.Remove("abcd", 1);
  CHECK(routes.ByName("abcd") == nullptr);
  CHECK(*routes.ByPath(From(5000)) == 2);
  routes.Remove("efgh", 2);
  CHECK(routes.paths() == 0);
}

TEST_CASE("A path that was lost and taken back is held once") {
  RtcRoutes<int> routes;
  routes.Learn(From(5000), 1, When(0));
  routes.Learn(From(5000), 2, When(8'000));
  routes.Learn(From(5000), 1, When(16'000));
  for (std::uint16_t port = 1; port < RtcRoutes<int>::kMostPaths; ++port) {
    routes.Learn(From(port), 1, When(16'000));
  }
  REQUIRE(routes.ByPath(From(5000)) != nullptr);
  CHECK(*routes.ByPath(From(5000)) == 1);
}

TEST_CASE("A session that comes from ever new addresses holds no more than its bound") {
  RtcRoutes<int> routes;
  routes.Add("abcd", 1);
  for (std::uint16_t port = 1; port <= 1'000; ++port) routes.Learn(From(port), 1, When(port));
  CHECK(routes.paths() == RtcRoutes<int>::kMostPaths);
  CHECK(routes.ByPath(From(1'000)) != nullptr);
  CHECK(routes.ByPath(From(1)) == nullptr);
}

}  // namespace
}  // namespace onair::edge
