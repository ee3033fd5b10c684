// SPDX-License-Identifier: Apache-2.0
#include "samples/edge/opening.h"

#include <catch2/catch.hpp>

namespace onair::edge {
namespace {

using Step = Opening::Step;

constexpr Timestamp AfterMs(int ms) {
  return Timestamp::Zero() + TimeDelta::Millis(ms);
}
constexpr TimeDelta Ms(int ms) {
  return TimeDelta::Millis(ms);
}

// 1.5 Mbit/s, of which so much is before him, on a line that nobody knows yet.
Opening::Standing Behind(int ms) {
  const DataRate rate = DataRate::KilobitsPerSec(1'500);
  return {.behind = Ms(ms),
          .left = rate * Ms(ms),
          .has_later_key = false,
          .has_key = true,
          .is_live = false,
          .line = std::nullopt,
          .needed = rate};
}
Opening Begun() {
  Opening opening;
  opening.Begin(AfterMs(0));
  return opening;
}

TEST_CASE("A viewer gets the key frame first, however old it is") {
  Opening opening = Begun();
  auto standing = Behind(1'900);
  standing.has_key = false;
  CHECK(opening.Next(standing, AfterMs(0)) == Step::kGoOn);
}

TEST_CASE("Instead of an old group the publisher's next key frame is waited for, and jumped to") {
  Opening opening = Begun();
  CHECK(opening.Next(Behind(900), AfterMs(0)) == Step::kAsk);
  opening.Asked(Opening::Answer::kIsComing, AfterMs(0));
  CHECK(opening.Next(Behind(930), AfterMs(30)) == Step::kWait);
  auto standing = Behind(970);
  standing.has_later_key = true;
  CHECK(opening.Next(standing, AfterMs(70)) == Step::kJump);
}

TEST_CASE("A key frame that does not come is not waited for long, nor asked for again") {
  Opening opening = Begun();
  REQUIRE(opening.Next(Behind(900), AfterMs(0)) == Step::kAsk);
  opening.Asked(Opening::Answer::kIsComing, AfterMs(0));
  CHECK(opening.Next(Behind(1'290), AfterMs(390)) == Step::kWait);
  CHECK(opening.Next(Behind(1'300), AfterMs(400)) == Step::kGoOn);
}

TEST_CASE("Who cannot be asked is not waited for") {
  Opening opening = Begun();
  REQUIRE(opening.Next(Behind(900), AfterMs(0)) == Step::kAsk);
  opening.Asked(Opening::Answer::kNever, AfterMs(0));
  CHECK(opening.Next(Behind(900), AfterMs(0)) == Step::kGoOn);
}

TEST_CASE("A short group is sent, where the line takes it soon") {
  Opening opening = Begun();
  auto standing = Behind(500);
  CHECK(opening.Next(standing, AfterMs(0)) == Step::kGoOn);
  standing.line = DataRate::KilobitsPerSec(5'000);
  CHECK(opening.Next(standing, AfterMs(100)) == Step::kGoOn);
  standing.line = DataRate::KilobitsPerSec(2'500);
  CHECK(opening.Next(standing, AfterMs(100)) == Step::kAsk);
}

TEST_CASE("A line that takes less than the stream never catches up") {
  Opening opening = Begun();
  auto standing = Behind(150);
  standing.line = DataRate::KilobitsPerSec(1'200);
  CHECK(opening.Next(standing, AfterMs(100)) == Step::kAsk);
}

TEST_CASE("An opening is over where the viewer is live, and after two seconds anyway") {
  Opening opening = Begun();
  auto standing = Behind(30);
  standing.is_live = true;
  CHECK(opening.Next(standing, AfterMs(200)) == Step::kGoOn);
  CHECK(opening.is_over());
  opening.Begin(AfterMs(1'000));
  REQUIRE(opening.Next(Behind(900), AfterMs(1'000)) == Step::kAsk);
  CHECK_FALSE(opening.is_over());
  CHECK(opening.Next(Behind(900), AfterMs(3'000)) == Step::kGoOn);
  CHECK(opening.is_over());
}

}  // namespace
}  // namespace onair::edge
