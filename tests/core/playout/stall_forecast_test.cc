// SPDX-License-Identifier: Apache-2.0
#include "core/playout/stall_forecast.h"

#include <catch2/catch.hpp>

#include "core/base/rng.h"
#include "tests/support/print_units.h"

namespace onair::playout {
namespace {

constexpr TimeDelta Ms(std::int64_t ms) {
  return TimeDelta::Millis(ms);
}
Timestamp At(std::int64_t ms) {
  return Timestamp::Zero() + Ms(ms);
}

// Frames each 20 ms; `late` tells by how much each is late. How often a stall was foreseen.
template <typename Late>
int Feed(StallForecast& forecast, std::int64_t from_ms, std::int64_t to_ms, Late late) {
  int foreseen = 0;
  for (std::int64_t ms = from_ms; ms < to_ms; ms += 20) {
    forecast.OnArrival(MediaTime::Millis(ms), At(ms + late(ms)));
    foreseen += forecast.RunsDryIn(Ms(500)).is_finite() ? 1 : 0;
  }
  return foreseen;
}

TEST_CASE("Media that comes in time runs never dry") {
  StallForecast forecast;
  CHECK(Feed(forecast, 0, 60'000, [](std::int64_t) { return 0; }) == 0);
  CHECK(forecast.RunsDryIn(Ms(0)) == TimeDelta::PlusInfinity());
}

TEST_CASE("A line below the stream's rate is seen within a second, with the time that is left") {
  StallForecast forecast;
  // From 5 s on each second of media takes 1.25 s to come: a fifth of a second is lost in each.
  const auto late = [](std::int64_t ms) { return ms < 5000 ? 0 : (ms - 5000) / 4; };
  CHECK(Feed(forecast, 0, 5000, late) == 0);
  CHECK(Feed(forecast, 5000, 5900, late) > 0);
  CHECK(forecast.shortfall() == Approx(0.2).margin(0.03));
  CHECK(forecast.RunsDryIn(Ms(500)).ms_f() == Approx(2500).margin(400));
  CHECK(forecast.RunsDryIn(Ms(-10)) == TimeDelta::Zero());
}

TEST_CASE(
    "The shortfall is what each second lacks, so that what is buffered divided by it is left") {
  StallForecast forecast;
  static_cast<void>(Feed(forecast, 0, 3000, [](std::int64_t ms) { return ms * 2 / 5; }));
  CHECK(forecast.shortfall() == Approx(0.286).margin(0.01));
  CHECK(forecast.RunsDryIn(Ms(286)).ms_f() == Approx(1000).margin(40));
}

TEST_CASE("What comes in time again ends the forecast at once") {
  StallForecast forecast;
  static_cast<void>(Feed(forecast, 0, 1500, [](std::int64_t ms) { return ms / 4; }));
  REQUIRE(forecast.shortfall() > 0);
  forecast.OnArrival(MediaTime::Millis(1900), At(1905));
  CHECK(forecast.shortfall() == 0);
}

TEST_CASE("Pauses of 300 ms and jitter of 50 ms are no lack of bandwidth") {
  StallForecast pauses;
  CHECK(Feed(pauses, 0, 60'000,
             [](std::int64_t ms) { return ms % 1000 < 300 ? 300 - ms % 1000 : 0; }) == 0);
  StallForecast jitter;
  Rng rng(5);
  const int foreseen = Feed(jitter, 0, 600'000,
                            [&](std::int64_t) { return static_cast<std::int64_t>(rng.Below(50)); });
  CHECK(foreseen <= 300);  // Of 30'000: 1 %.
}

TEST_CASE("A jump of the line compares with nothing from before") {
  StallForecast forecast;
  static_cast<void>(Feed(forecast, 0, 1500, [](std::int64_t ms) { return ms / 4; }));
  forecast.Reset();
  CHECK(forecast.RunsDryIn(Ms(10)) == TimeDelta::PlusInfinity());
  CHECK(Feed(forecast, 90'000, 91'000, [](std::int64_t) { return -80'000; }) == 0);
}

}  // namespace
}  // namespace onair::playout
