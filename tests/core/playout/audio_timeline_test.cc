// SPDX-License-Identifier: Apache-2.0
#include "core/playout/audio_timeline.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "core/base/rng.h"
#include "tests/support/print_units.h"

namespace onair::playout {
namespace {

using Correction = AudioPlan::Correction;
constexpr TimeDelta Ms(std::int64_t ms) {
  return TimeDelta::Millis(ms);
}
Timestamp At(std::int64_t ms) {
  return Timestamp::Zero() + Ms(ms);
}
const ClockMap kLine{Timestamp::Zero(), MediaTime::Zero(), 1.0};  // Media zero at zero.

// `ms` of mono 48 kHz; each sample carries its own media position in ms.
AudioBlock Block(std::int64_t pts_ms, std::int64_t ms) {
  AudioBlock block{{48000, 1}, {}, MediaTime::Millis(pts_ms), Timestamp::Zero()};
  for (std::int64_t i = 0; i < ms * 48; ++i) {
    block.samples.push_back(static_cast<float>(pts_ms) + static_cast<float>(i) / 48.0F);
  }
  return block;
}

TEST_CASE("Audio timeline is silent until the first sample's time and begins on the sample") {
  AudioTimeline timeline;
  timeline.Push(Block(100, 50));

  const auto early = timeline.Plan({kLine, At(70), 480});
  CHECK(early.correction == Correction::kWaits);
  CHECK(early.silence == 480);
  const auto begins = timeline.Plan({kLine, At(95), 480});
  CHECK(begins.silence == 240);
  std::vector<float> out(240);
  REQUIRE(timeline.Read(out) == 240);
  CHECK(out[0] == 100.0F);
  CHECK(out[239] == Approx(100.0F + 239.0F / 48.0F));
}

TEST_CASE("Audio timeline drops late sound exactly to the line") {
  AudioTimeline timeline;
  timeline.Push(Block(0, 300));

  const auto plan = timeline.Plan({kLine, At(250), 480});

  CHECK(plan.correction == Correction::kDropped);
  CHECK(plan.silence == 0);
  CHECK(timeline.frames_dropped() == 250 * 48);
  CHECK(timeline.position() == MediaTime::Millis(250));
  std::vector<float> out(480);
  REQUIRE(timeline.Read(out) == 480);
  CHECK(out[0] == 250.0F);
}

TEST_CASE("Audio timeline corrects small errors by stretching within five percent") {
  struct Row {
    std::int64_t late_ms;
    double least;
    double most;
  };
  for (const Row row : {Row{3, 1.0, 1.0}, Row{30, 1.02, 1.031}, Row{90, 1.05, 1.05},
                        Row{-3, 1.0, 1.0}, Row{-30, 0.969, 0.98}, Row{-90, 0.95, 0.95}}) {
    AudioTimeline timeline(Ms(2000));
    timeline.Push(Block(0, 1000));
    std::vector<float> out(48);
    CHECK(timeline.Plan({kLine, At(0), 48}).correction == Correction::kNone);
    timeline.Read(out);
    AudioPlan plan = timeline.Plan({kLine, At(1 + row.late_ms), 48});
    for (int i = 0; i < 60; ++i) plan = timeline.Plan({kLine, At(1 + row.late_ms), 48});
    INFO("late by " << row.late_ms);
    CHECK(plan.silence == 0);
    CHECK(plan.stretch >= row.least - 1e-3);
    CHECK(plan.stretch <= row.most + 1e-3);
  }
}

TEST_CASE("Audio timeline plays at the line's own rate") {
  AudioTimeline timeline;
  timeline.Push(Block(0, 100));
  const ClockMap fast{Timestamp::Zero(), MediaTime::Zero(), 1.08};
  CHECK(timeline.Plan({fast, At(0), 480}).stretch == Approx(1.08));
}

TEST_CASE("Audio timeline cuts instead of stretching beyond 100 ms") {
  AudioTimeline timeline(Ms(2000));
  timeline.Push(Block(0, 1000));
  std::vector<float> out(480);
  static_cast<void>(timeline.Plan({kLine, At(0), 480}));
  timeline.Read(out);

  CHECK(timeline.Plan({kLine, At(109), 480}).correction != Correction::kDropped);
  const auto plan = timeline.Plan({kLine, At(112), 480});
  CHECK(plan.correction == Correction::kDropped);
  CHECK(timeline.position() == MediaTime::Millis(112));
}

TEST_CASE("Audio timeline fills a hole with silence of the hole's length") {
  AudioTimeline timeline;
  timeline.Push(Block(0, 20));
  timeline.Push(Block(70, 20));
  std::vector<float> out(480);

  static_cast<void>(timeline.Plan({kLine, At(0), 480}));
  CHECK(timeline.Read(out) == 480);
  static_cast<void>(timeline.Plan({kLine, At(10), 480}));
  CHECK(timeline.Read(out) == 480);
  CHECK(timeline.Plan({kLine, At(20), 480}).silence == 480);
  const auto plan = timeline.Plan({kLine, At(65), 480});
  CHECK(plan.silence == 240);
  CHECK(timeline.Read(std::span(out).first(240)) == 240);
  CHECK(out[0] == 70.0F);
}

TEST_CASE("Audio timeline says when it is starved and starts again in time") {
  AudioTimeline timeline;
  CHECK(timeline.Plan({kLine, At(0), 480}).correction == Correction::kStarved);
  timeline.Push(Block(0, 40));  // Arrives 20 ms too late.
  const auto plan = timeline.Plan({kLine, At(20), 480});
  CHECK(plan.correction == Correction::kDropped);
  CHECK(timeline.position() == MediaTime::Millis(20));
  CHECK(timeline.frames_silent() == 480);
}

// 1024 samples at 48 kHz, captured in blocks of 20 ms: a frame comes 20 or 40 ms after the last.
// `delay_ms`: of the line, behind the capture.
int GapsOfAac(std::int64_t delay_ms) {
  AudioTimeline timeline;
  AudioBlock block = Block(0, 0);
  block.samples.assign(1024, 0.5F);
  std::vector<float> out(480);
  std::int64_t pushed = 0;
  int gaps = 0;
  bool was_whole = false;
  for (std::int64_t ms = 0; ms < 6'000; ms += 10) {
    // Frame i is whole with the block that ends behind it, and comes 10 ms after that.
    while ((((pushed + 1) * 1024 / 48 + 19) / 20) * 20 + 10 <= ms) {
      block.pts = MediaTime::Millis(pushed++ * 1024 / 48);
      timeline.Push(block);
    }
    const auto plan = timeline.Plan({kLine, At(ms - delay_ms), 480});
    const auto silence = static_cast<std::size_t>(plan.silence);
    const std::size_t got = timeline.Read(std::span(out).subspan(silence));
    const bool is_whole = silence + got == 480 && got > 0;
    gaps += was_whole && !is_whole;
    if (ms > 1'000) CHECK(is_whole);
    was_whole = is_whole;
    CHECK(plan.error <= Ms(45));
  }
  return gaps;
}

TEST_CASE("Audio timeline plays sound that is a little too late a little later, not with holes") {
  for (const std::int64_t delay_ms : {20, 30, 40, 50}) {
    CAPTURE(delay_ms);
    CHECK(GapsOfAac(delay_ms) <= 2);
  }
}

TEST_CASE("Audio timeline catches up with what pulls leave over, and waits where they leave none") {
  for (const int ahead_ms : {0, 50}) {
    AudioTimeline timeline;
    std::vector<float> out(480);
    static_cast<void>(timeline.Plan({kLine, At(0), 480}));
    for (int ms = 0; ms < ahead_ms; ms += 10) timeline.Push(Block(ms, 10));
    AudioPlan plan{0, 1.0, Correction::kNone, Ms(0)};
    for (int ms = 0; ms < 2'000; ms += 10) {
      timeline.Push(Block(ms + ahead_ms, 10));
      plan = timeline.Plan({kLine, At(ms + (ms > 0 ? 20 : 0)), 480});  // The device fell behind.
      CHECK(timeline.Read(out) == 480);
    }
    CAPTURE(ahead_ms);
    CHECK((plan.stretch > 1.0) == (ahead_ms > 0));
    CHECK(plan.error > Ms(15));
  }
}

TEST_CASE("Audio timeline joins blocks whose timestamps wobble by milliseconds") {
  AudioTimeline timeline(Ms(2000));
  AudioBlock block = Block(0, 0);
  block.samples.assign(1024, 0.5F);
  for (int i = 0; i < 40; ++i) {  // 21.33 ms each, stamped in whole ms.
    block.pts = MediaTime::Millis(i * 1024 / 48);
    timeline.Push(block);
  }
  std::vector<float> out(40 * 1024);
  static_cast<void>(timeline.Plan({kLine, At(0), 40 * 1024}));
  CHECK(timeline.Read(out) >= 40 * 1024 - 48);  // One run; aligned to within a millisecond.
}

TEST_CASE("Audio timeline's position does not drift where sound is taken frame by frame") {
  AudioTimeline timeline;
  timeline.Push(Block(0, 400));
  float sample = 0;
  for (int i = 0; i < 300 * 48; ++i) REQUIRE(timeline.Read({&sample, 1}) == 1);
  CHECK(timeline.position() == MediaTime::Millis(300));
}

TEST_CASE("Audio timeline keeps no more than its capacity, newest first") {
  AudioTimeline timeline(Ms(200));
  for (int ms = 0; ms < 1000; ms += 50) timeline.Push(Block(ms, 50));
  CHECK(timeline.buffered() == Ms(200));
  CHECK(timeline.frames_dropped() == 800 * 48);
  CHECK(timeline.position() == MediaTime::Millis(800));
  timeline.Push(Block(1000, 700));
  CHECK(timeline.buffered() == Ms(200));
  CHECK(timeline.position() == MediaTime::Millis(1500));
}

TEST_CASE(
    "Audio timeline stays within milliseconds of the line over a quarter hour of a drifting "
    "device") {
  AudioTimeline timeline(Ms(1000));
  constexpr double kDevice = 1.0 + 150e-6;  // The device's clock runs fast.
  Rng rng(5);
  double consumed_rest = 0;
  std::int64_t pushed_ms = 0;
  TimeDelta worst = Ms(0);
  std::vector<float> out(4800);
  for (std::int64_t pull = 0; pull < 90'000; ++pull) {
    const Timestamp heard = Timestamp::Zero() + Ms(10 * pull).Scaled(1.0 / kDevice) +
                            TimeDelta::Micros(static_cast<std::int64_t>(rng.Below(4000)) - 2000);
    while (pushed_ms < 10 * pull + 200) {
      timeline.Push(Block(pushed_ms, 20));
      pushed_ms += 20;
    }
    const auto plan = timeline.Plan({kLine, heard, 480});
    const double wanted = static_cast<double>(480 - plan.silence) * plan.stretch + consumed_rest;
    const auto whole = static_cast<std::size_t>(wanted);
    consumed_rest = wanted - static_cast<double>(whole);
    timeline.Read(std::span(out).first(whole));
    if (pull > 100) worst = std::max(worst, std::max(timeline.error(), -timeline.error()));
  }
  CHECK(worst <= Ms(8));
  CHECK(timeline.frames_dropped() <= 96);  // The start alone: two milliseconds.
}

}  // namespace
}  // namespace onair::playout
