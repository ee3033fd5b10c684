// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/stream_sync.h"

#include <catch2/catch.hpp>

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

}  // namespace
}  // namespace onair::webrtc
