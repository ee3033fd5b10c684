// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/stream_sync.h"

#include <catch2/catch.hpp>

#include "tests/support/print_units.h"

namespace onair::webrtc {
namespace {

constexpr int kVideoClock = 90'000;
constexpr int kAudioClock = 48'000;

rtp::NtpTime Utc(std::int64_t ms) {
  return rtp::NtpTime::Of(UtcTime::Micros(1'700'000'000'000'000 + ms * 1000));
}

// Both stand at zero of their lines with RTP timestamp 0.
struct Pair {
  Pair() {
    video.Anchor(0, MediaTime::Zero());
    audio.Anchor(0, MediaTime::Zero());
  }
  TimeDelta Shift() {
    shift.Update(video, audio);
    return shift.shift();
  }
  StreamClock video{kVideoClock};
  StreamClock audio{kAudioClock};
  SoundShift shift;
};

TEST_CASE("Sound moves to where the sender's reports put it beside the pictures") {
  Pair pair;
  pair.video.OnSenderReport(Utc(100), 0);
  CHECK(pair.Shift() == TimeDelta::Zero());            // One report says nothing.
  pair.audio.OnSenderReport(Utc(1'150), kAudioClock);  // A second further on.
  CHECK(pair.Shift() == TimeDelta::Millis(50));
}

TEST_CASE("Before the first reports the capture times in packets tie sound and pictures") {
  Pair pair;
  pair.video.OnCaptureTime(Utc(100), 0);
  pair.audio.OnCaptureTime(Utc(150), 0);
  CHECK(pair.Shift() == TimeDelta::Millis(50));
  // The first of each counts: later ones jitter with the capturer.
  pair.audio.OnCaptureTime(Utc(1'190), kAudioClock);
  CHECK(pair.Shift() == TimeDelta::Millis(50));
}

TEST_CASE("A capturer's clock is never set against the sender's") {
  Pair pair;
  pair.video.OnCaptureTime(Utc(100), 0);
  pair.audio.OnSenderReport(Utc(3'000), 0);  // Another clock, seconds off.
  CHECK(pair.Shift() == TimeDelta::Zero());
  pair.audio.OnCaptureTime(Utc(130), 0);
  CHECK(pair.Shift() == TimeDelta::Millis(30));
  pair.video.OnSenderReport(Utc(2'960), 0);
  CHECK(pair.Shift() == TimeDelta::Millis(40));  // Reports of both go first.
}

TEST_CASE("A sender whose clocks are seconds apart moves no sound") {
  Pair pair;
  pair.video.OnSenderReport(Utc(0), 0);
  pair.audio.OnSenderReport(Utc(60'000), 0);
  CHECK(pair.Shift() == TimeDelta::Zero());
}

constexpr UtcTime kBegan = UtcTime::Micros(1'700'000'000'000'000);
constexpr TimeDelta kMinute = TimeDelta::Seconds(60);

// A stream whose line began at kBegan + `late`, and its reports.
struct Stream {
  Stream(int rate, std::uint32_t first, TimeDelta started_late)
      : clock(rate), clock_rate(rate), start(first), late(started_late) {
    clock.Anchor(start, MediaTime::Zero());
  }
  void ReportAt(TimeDelta since) {
    const std::int64_t ticks = (since - late).us() * clock_rate / 1'000'000;
    clock.OnSenderReport(rtp::NtpTime::Of(kBegan + since),
                         start + static_cast<std::uint32_t>(ticks));
  }

  StreamClock clock;
  int clock_rate;
  std::uint32_t start;
  TimeDelta late;
};

bool IsNear(TimeDelta a, TimeDelta b) {
  const TimeDelta off = a - b;
  return off < TimeDelta::Millis(1) && off > TimeDelta::Millis(-1);
}

TEST_CASE("Sound moves to its pictures for as long as a broadcast goes on") {
  Stream video(90'000, 0xffff0000, TimeDelta::Zero());
  Stream audio(48'000, 0x12345678, TimeDelta::Millis(80));
  SoundShift shift;
  for (TimeDelta since = kMinute; since < kMinute * 60 * 30; since += kMinute * 10) {
    video.ReportAt(since);
    audio.ReportAt(since);
    REQUIRE(video.clock.zero());
    REQUIRE(IsNear(*video.clock.zero() - kBegan, TimeDelta::Zero()));
    REQUIRE(IsNear(*audio.clock.zero() - kBegan, TimeDelta::Millis(80)));
    shift.Update(video.clock, audio.clock);
  }
  CHECK(IsNear(shift.shift(), TimeDelta::Millis(80)));

  // A clock that runs away after hours is still followed.
  audio.late = TimeDelta::Millis(200);
  video.ReportAt(kMinute * 60 * 30);
  audio.ReportAt(kMinute * 60 * 30);
  shift.Update(video.clock, audio.clock);
  CHECK(IsNear(shift.shift(), TimeDelta::Millis(200)));
}

TEST_CASE("The report of a sender without a clock moves nothing") {
  Stream video(90'000, 1'000, TimeDelta::Zero());
  video.clock.OnSenderReport(rtp::NtpTime(0), 1'000);
  CHECK_FALSE(video.clock.zero());

  video.ReportAt(kMinute);
  const auto zero = video.clock.zero();
  REQUIRE(zero);
  video.clock.OnSenderReport(rtp::NtpTime(0), 77);
  CHECK(video.clock.zero() == zero);
}

}  // namespace
}  // namespace onair::webrtc
