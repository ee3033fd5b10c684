// SPDX-License-Identifier: Apache-2.0
#include "capture/sync/frame_cadence.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <vector>

#include "core/base/rng.h"

using namespace onair;
using namespace onair::capture;
using Choice = FrameDecision::Choice;

namespace {

// A source of `rate` with jitter, 10 s, driven each millisecond. What came out.
std::vector<std::int64_t> Run(double rate, double target, RepeatMode mode, int jitter_ms = 0) {
  FrameCadence cadence({.frame_rate = target, .repeat = mode});
  Rng rng(5);
  std::vector<std::int64_t> out;
  int n = 0;
  std::int64_t next_ms = 0;
  for (std::int64_t now = 0; now < 10'000; ++now) {
    if (now >= next_ms) {
      if (cadence.OnPicture(MediaTime::Millis(now)).choice == Choice::kPass) out.push_back(now);
      ++n;
      const auto jitter =
          jitter_ms > 0 ? static_cast<std::int64_t>(rng.Below(2 * jitter_ms)) - jitter_ms : 0;
      next_ms =
          std::max(now + 1, static_cast<std::int64_t>(std::llround(n * 1000 / rate)) + jitter);
    }
    if (const auto at = cadence.OnTime(MediaTime::Millis(now))) out.push_back(at->ms());
  }
  return out;
}

}  // namespace

TEST_CASE("The mean rate is exact and steps are even, whatever the source's rate") {
  struct Row {
    double source;
    double target;
    int jitter_ms;
    double expected;
    double longest_ms;
  };
  for (const Row row :
       {Row{30, 30, 0, 30, 35}, Row{30, 30, 10, 30, 70}, Row{60, 30, 0, 30, 36},
        Row{60, 30, 4, 30, 55}, Row{30, 20, 0, 20, 68}, Row{30, 15, 0, 15, 69},
        Row{30, 15, 5, 15, 80}, Row{25, 30, 0, 25, 41}, Row{15, 30, 0, 15, 68},
        Row{31, 30, 0, 30, 68}, Row{30, 7.5, 0, 7.5, 136}, Row{30, 24, 0, 24, 68}}) {
    const auto out = Run(row.source, row.target, RepeatMode::kKeepAlive, row.jitter_ms);
    CAPTURE(row.source, row.target, row.jitter_ms, out.size());
    CHECK(std::fabs(static_cast<double>(out.size()) / 10 - row.expected) <= 0.03 * row.expected);
    std::int64_t longest = 0;
    for (std::size_t i = 1; i < out.size(); ++i) {
      REQUIRE(out[i] > out[i - 1]);
      longest = std::max(longest, out[i] - out[i - 1]);
    }
    CHECK(static_cast<double>(longest) <= row.longest_ms);
  }
}

TEST_CASE("A slow source is filled up to the full rate where that is wanted") {
  for (const double rate : {15.0, 10.0, 24.0, 1.0}) {
    const auto out = Run(rate, 30, RepeatMode::kFullRate);
    CAPTURE(rate, out.size());
    CHECK(out.size() >= 285);
    CHECK(out.size() <= 305);
    for (std::size_t i = 1; i < out.size(); ++i) REQUIRE(out[i] > out[i - 1]);
  }
}

TEST_CASE("A source that falls silent is repeated at its interval and at once replaced by news") {
  FrameCadence cadence({});
  CHECK_FALSE(cadence.RepeatAt());
  CHECK_FALSE(cadence.OnTime(MediaTime::Millis(10'000)));
  CHECK(cadence.OnPicture(MediaTime::Millis(0)).choice == Choice::kPass);
  CHECK(cadence.RepeatAt() == MediaTime::Millis(500));
  CHECK_FALSE(cadence.OnTime(MediaTime::Millis(499)));
  CHECK(cadence.OnTime(MediaTime::Millis(500)) == MediaTime::Millis(500));
  CHECK_FALSE(cadence.OnTime(MediaTime::Millis(500)));
  CHECK(cadence.OnTime(MediaTime::Millis(1'003)) == MediaTime::Millis(1'003));
  // Slept: one repetition, not five.
  CHECK(cadence.OnTime(MediaTime::Millis(4'000)) == MediaTime::Millis(4'000));
  CHECK_FALSE(cadence.OnTime(MediaTime::Millis(4'000)));
  CHECK(cadence.OnPicture(MediaTime::Millis(4'001)).choice == Choice::kPass);
  CHECK(cadence.OnPicture(MediaTime::Millis(4'002)).choice == Choice::kDrop);
}

TEST_CASE("The last picture before a pause is shown even if the rate dropped it") {
  FrameCadence cadence({.frame_rate = 10});
  CHECK(cadence.OnPicture(MediaTime::Millis(0)).choice == Choice::kPass);
  CHECK(cadence.OnPicture(MediaTime::Millis(20)).choice == Choice::kDrop);
  REQUIRE(cadence.RepeatAt());
  CHECK(*cadence.RepeatAt() <= MediaTime::Millis(200));
  CHECK(cadence.OnTime(MediaTime::Millis(200)) == MediaTime::Millis(200));
  CHECK(cadence.RepeatAt() == MediaTime::Millis(700));
}

TEST_CASE("The rate changes in flight and pictures that do not rise are dropped") {
  FrameCadence cadence({.frame_rate = 30});
  int passed = 0;
  for (int n = 0; n < 60; ++n) {
    if (n == 30) cadence.SetFrameRate(10);
    if (n == 45) cadence.SetFrameRate(0);  // Ignored.
    const auto decision = cadence.OnPicture(MediaTime::Micros(n * 1'000'000 / 30));
    if (n >= 30 && decision.choice == Choice::kPass) ++passed;
  }
  CHECK(passed == 10);
  const auto again = cadence.OnPicture(MediaTime::Millis(100));
  CHECK(again.choice == Choice::kDrop);
  CHECK(std::string(again.reason) == "not later than the last");
}

TEST_CASE("Cadence settings out of range are refused by name") {
  CHECK(FrameCadenceConfig{}.Validate());
  CHECK(FrameCadenceConfig{.frame_rate = 0}.Validate().error().detail == "frame_rate");
  CHECK(FrameCadenceConfig{.frame_rate = 121}.Validate().error().detail == "frame_rate");
  FrameCadenceConfig config;
  config.repeat_after = TimeDelta::Millis(49);
  CHECK(config.Validate().error().detail == "repeat_after");
}
