// SPDX-License-Identifier: Apache-2.0
#include "core/media/media_time.h"

#include <catch2/catch.hpp>
#include <type_traits>

#include "tests/support/print_units.h"

namespace onair {
namespace {

static_assert(!std::is_convertible_v<MediaTime, Timestamp>);
template <typename A, typename B>
concept Subtractable = requires(A a, B b) {
  a - b;
};
static_assert(!Subtractable<MediaTime, Timestamp>, "the two lines never mix");
static_assert(!Subtractable<UtcTime, Timestamp>);

constexpr Timestamp At(std::int64_t ms) {
  return Timestamp::Zero() + TimeDelta::Millis(ms);
}
constexpr MediaTime Media(std::int64_t ms) {
  return MediaTime::Millis(ms);
}

TEST_CASE("A clock map takes media to driver time and back") {
  const ClockMap line{At(10'000), Media(500)};
  CHECK(line.AtOf(Media(500)) == At(10'000));
  CHECK(line.AtOf(Media(1500)) == At(11'000));
  CHECK(line.AtOf(Media(0)) == At(9'500));
  CHECK(line.MediaOf(At(11'000)) == Media(1500));
}

TEST_CASE("A faster line needs less driver time for the same media") {
  const ClockMap line{At(0), Media(0), 2.0};
  CHECK(line.AtOf(Media(1000)) == At(500));
  CHECK(line.MediaOf(At(500)) == Media(1000));
}

TEST_CASE("Media survives the way there and back within a microsecond") {
  for (const double rate : {0.5, 0.95, 1.0, 1.05, 2.0}) {
    const ClockMap line{At(123), Media(456), rate};
    for (std::int64_t us = -1'000'000; us <= 3'600'000'000; us += 99'999'937) {
      const MediaTime there = MediaTime::Micros(us);
      const TimeDelta error = line.MediaOf(line.AtOf(there)) - there;
      INFO("rate " << rate << " us " << us);
      CHECK(error <= TimeDelta::Micros(2));
      CHECK(error >= TimeDelta::Micros(-2));
    }
  }
}

TEST_CASE("Media and wall time do plain arithmetic") {
  CHECK(Media(40) + TimeDelta::Millis(2) == Media(42));
  CHECK(Media(40) - TimeDelta::Millis(50) == Media(-10));
  CHECK(Media(40) - Media(15) == TimeDelta::Millis(25));
  CHECK((UtcTime::Micros(9) + TimeDelta::Micros(1)) - UtcTime::Micros(4) == TimeDelta::Micros(6));
}

}  // namespace
}  // namespace onair
