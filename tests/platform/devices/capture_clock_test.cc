// SPDX-License-Identifier: Apache-2.0
#include "platform/devices/capture_clock.h"

#include <catch2/catch.hpp>

namespace onair::devices {
namespace {

constexpr CaptureTime kArrival{Timestamp::Micros(5'000'000'000),
                               UtcTime::Micros(1'790'000'000'000'000)};

TEST_CASE("A stamp on the monotonic clock is taken as it is") {
  CHECK(CaptureMoment(4'999'970'000, kArrival) == Timestamp::Micros(4'999'970'000));
}

TEST_CASE("A stamp on the wall clock is moved onto the monotonic clock") {
  CHECK(CaptureMoment(1'790'000'000'000'000 - 25'000, kArrival) ==
        kArrival.at - TimeDelta::Millis(25));
}

TEST_CASE("A stamp that is on neither clock is not believed") {
  CHECK(CaptureMoment(0, kArrival) == std::nullopt);
  CHECK(CaptureMoment(5'000'000'000 - 1'500'000, kArrival) == std::nullopt);
  CHECK(CaptureMoment(5'000'000'000 + 500'000, kArrival) == std::nullopt);
  CHECK(CaptureMoment(std::nullopt, kArrival) == std::nullopt);
}

TEST_CASE("Sound times run on without the jitter of their measurement") {
  SoundClock clock;
  constexpr TimeDelta kBlock = TimeDelta::Millis(10);
  Timestamp before = clock.OnBlock(Timestamp::Micros(1'000'000), kBlock);
  CHECK(before == Timestamp::Micros(1'000'000));

  for (int i = 1; i <= 200; ++i) {
    const auto jitter = TimeDelta::Millis(i % 2 == 0 ? 8 : -8);
    const Timestamp measured = Timestamp::Micros(1'000'000) + kBlock * i + jitter;
    const Timestamp at = clock.OnBlock(measured, kBlock);
    const TimeDelta step = at - before;
    INFO("block " << i << ", step " << step.us() << " us");
    CHECK(step > TimeDelta::Micros(9'400));
    CHECK(step < TimeDelta::Micros(10'600));
    before = at;
  }
}

TEST_CASE("Sound times follow a device whose clock is 1000 ppm fast") {
  SoundClock clock;
  constexpr TimeDelta kBlock = TimeDelta::Millis(10);
  Timestamp measured = Timestamp::Micros(1'000'000);
  Timestamp at = clock.OnBlock(measured, kBlock);
  for (int i = 0; i < 6'000; ++i) {
    measured += TimeDelta::Micros(10'010);
    at = clock.OnBlock(measured, kBlock);
  }
  CHECK(measured - at < TimeDelta::Millis(1));
  CHECK(measured - at > -TimeDelta::Millis(1));
}

TEST_CASE("Sound times begin anew after a gap") {
  SoundClock clock;
  static_cast<void>(clock.OnBlock(Timestamp::Micros(1'000'000), TimeDelta::Millis(10)));
  CHECK(clock.OnBlock(Timestamp::Micros(1'300'000), TimeDelta::Millis(10)) ==
        Timestamp::Micros(1'300'000));
}

}  // namespace
}  // namespace onair::devices
