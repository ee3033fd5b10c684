// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/payload_clock.h"

#include <catch2/catch.hpp>

#include "core/base/rng.h"

namespace onair::rtp {
namespace {

TEST_CASE("Ticks come back exactly from the media time that they stand for") {
  Rng rng(1);
  for (const int rate : {8'000, 44'100, 48'000, 90'000}) {
    for (int i = 0; i < 2'000; ++i) {
      const auto ticks =
          static_cast<std::int64_t>(rng.Below(std::uint64_t{1} << 45)) - (std::int64_t{1} << 44);
      CAPTURE(rate, ticks);
      REQUIRE(TicksOf(MediaOf(ticks, rate), rate) == ticks);
    }
  }
}

TEST_CASE("Media time is rounded to the nearest tick") {
  CHECK(TicksOf(MediaTime::Millis(1'000), 90'000) == 90'000);
  CHECK(TicksOf(MediaTime::Micros(33'333), 90'000) == 3'000);
  CHECK(TicksOf(MediaTime::Micros(-33'333), 90'000) == -3'000);
  CHECK(MediaOf(1, 90'000) == MediaTime::Micros(11));
  CHECK(MediaOf(-1, 90'000) == MediaTime::Micros(-11));
  CHECK(MediaOf(1, 48'000) == MediaTime::Micros(21));
}

TEST_CASE("A sender's timestamps begin at its start and wrap") {
  const SendClock clock{kVideoClockRate, 0xffffffff};
  CHECK(clock.RtpOf(MediaTime::Zero()) == 0xffffffff);
  CHECK(clock.RtpOf(MediaTime::Millis(1'000)) == 89'999);
}

TEST_CASE("A receiver's media time goes on over wraps and accepts late packets") {
  ReceiveClock clock(kVideoClockRate, MediaTime::Millis(500));
  std::uint32_t timestamp = 0xffff0000;
  CHECK(clock.MediaTimeOf(timestamp) == MediaTime::Millis(500));
  MediaTime last = MediaTime::Millis(500);
  // 30 hours, in steps of an hour: two wraps.
  for (int hour = 1; hour <= 30; ++hour) {
    timestamp += 90'000U * 3'600U;
    const MediaTime now = clock.MediaTimeOf(timestamp);
    CHECK(now - last == TimeDelta::Seconds(3'600));
    last = now;
  }
  CHECK(clock.MediaTimeOf(timestamp - 3'000) == last - TimeDelta::Micros(33'333));
  CHECK(clock.MediaTimeOf(timestamp) == last);
}

}  // namespace
}  // namespace onair::rtp
