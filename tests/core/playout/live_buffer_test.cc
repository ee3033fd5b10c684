// SPDX-License-Identifier: Apache-2.0
#include "core/playout/live_buffer.h"

#include <catch2/catch.hpp>

#include "core/base/rng.h"
#include "tests/support/print_units.h"
#include "tests/support/record_wire.h"

namespace onair::playout {
namespace {

using enum FrameKind;
using Outcome = LiveBuffer::Outcome;
using wire::MakeFrame;

LiveBuffer Make(std::int64_t span_ms = 2000) {
  return LiveBuffer(TimeDelta::Millis(span_ms), DataSize::Mebibytes(1));
}
std::int64_t FrontMs(const LiveBuffer& buffer, TrackKind track) {
  const EncodedFrame* frame = buffer.Front(track);
  return frame == nullptr ? -1 : frame->dts.ms();
}

TEST_CASE("Live buffer takes no video before the first key frame, and sound at once") {
  LiveBuffer buffer = Make();
  CHECK(buffer.Push(MakeFrame(kReference, 0)) == Outcome::kAwaitsKey);
  CHECK(buffer.Push(MakeFrame(kAudio, 0)) == Outcome::kQueued);
  CHECK(buffer.Push(MakeFrame(kKey, 40)) == Outcome::kQueued);
  CHECK(buffer.Push(MakeFrame(kReference, 80)) == Outcome::kQueued);

  CHECK(buffer.stats().video_dropped == 1);
  CHECK(buffer.Pop(TrackKind::kVideo).dts == MediaTime::Millis(40));
  CHECK(buffer.Pop(TrackKind::kVideo).dts == MediaTime::Millis(80));
  CHECK(buffer.Front(TrackKind::kVideo) == nullptr);
  CHECK(FrontMs(buffer, TrackKind::kAudio) == 0);
}

TEST_CASE("Live buffer keeps decoding order for B frames") {
  LiveBuffer buffer = Make();
  const auto frame = [](FrameKind kind, int dts, int pts) {
    auto f = MakeFrame(kind, dts);
    f.pts = MediaTime::Millis(pts);
    return f;
  };
  buffer.Push(frame(kKey, 0, 80));
  buffer.Push(frame(kReference, 40, 200));
  buffer.Push(frame(kDroppable, 80, 120));

  CHECK(buffer.Pop(TrackKind::kVideo).pts == MediaTime::Millis(80));
  CHECK(buffer.Pop(TrackKind::kVideo).pts == MediaTime::Millis(200));
  CHECK(buffer.Pop(TrackKind::kVideo).pts == MediaTime::Millis(120));
}

TEST_CASE("Live buffer tells which frames a new description is for") {
  LiveBuffer buffer = Make();
  CHECK_FALSE(buffer.BackVersion(TrackKind::kVideo));
  buffer.Push(MakeFrame(kKey, 0));
  buffer.Push(MakeFrame(kAudio, 0));
  CHECK(buffer.BeginVersion(TrackKind::kVideo) == 1);
  CHECK(buffer.Push(MakeFrame(kReference, 40)) == Outcome::kAwaitsKey);
  buffer.Push(MakeFrame(kKey, 80));
  buffer.Push(MakeFrame(kAudio, 80));

  CHECK(buffer.FrontVersion(TrackKind::kVideo) == 0);
  CHECK(buffer.BackVersion(TrackKind::kVideo) == 1);
  CHECK(buffer.BackVersion(TrackKind::kAudio) == 0);
  buffer.Pop(TrackKind::kVideo);
  CHECK(buffer.FrontVersion(TrackKind::kVideo) == 1);
  buffer.Clear();
  CHECK(buffer.BeginVersion(TrackKind::kVideo) == 2);
}

TEST_CASE("Live buffer that is too long jumps to the newest key frame with its sound") {
  LiveBuffer buffer = Make(1000);
  for (int ms = 0; ms <= 1000; ms += 100) {
    buffer.Push(MakeFrame(kAudio, ms));
    CHECK(buffer.Push(MakeFrame(ms % 500 == 0 ? kKey : kReference, ms)) == Outcome::kQueued);
  }
  CHECK(buffer.Push(MakeFrame(kReference, 1100)) == Outcome::kOverflowed);

  CHECK(FrontMs(buffer, TrackKind::kVideo) == 1000);
  CHECK(FrontMs(buffer, TrackKind::kAudio) == 1000);
  CHECK(buffer.stats().video_dropped == 10);
  CHECK(buffer.stats().audio_dropped == 10);
  CHECK_FALSE(buffer.awaits_key());
}

TEST_CASE("Live buffer without a newer key frame waits for one") {
  LiveBuffer buffer = Make(1000);
  buffer.Push(MakeFrame(kKey, 0));
  for (int ms = 100; ms <= 1100; ms += 100) buffer.Push(MakeFrame(kReference, ms));

  CHECK(buffer.awaits_key());
  CHECK(buffer.Push(MakeFrame(kReference, 1200)) == Outcome::kAwaitsKey);
  CHECK(buffer.Push(MakeFrame(kKey, 1300)) == Outcome::kQueued);
  CHECK(FrontMs(buffer, TrackKind::kVideo) == 1300);
}

TEST_CASE("Live buffer starts anew when timestamps go back and bears small steps back") {
  LiveBuffer buffer = Make();
  buffer.Push(MakeFrame(kKey, 60'000));
  CHECK(buffer.Push(MakeFrame(kReference, 59'990)) == Outcome::kQueued);
  CHECK(buffer.Pop(TrackKind::kVideo).dts == MediaTime::Millis(60'000));
  CHECK(buffer.Pop(TrackKind::kVideo).dts == MediaTime::Millis(60'000));

  buffer.Push(MakeFrame(kReference, 60'033));
  CHECK(buffer.Push(MakeFrame(kReference, 10)) == Outcome::kRestarted);
  CHECK(buffer.empty());
  CHECK(buffer.Push(MakeFrame(kKey, 43)) == Outcome::kQueued);
  CHECK(buffer.Push(MakeFrame(kAudio, 20)) == Outcome::kQueued);
  CHECK(buffer.stats().restarts == 1);
}

TEST_CASE("Live buffer skips late video to the newest key frame that is due, not beyond") {
  LiveBuffer buffer = Make();
  for (int ms = 0; ms <= 1500; ms += 100) {
    buffer.Push(MakeFrame(ms % 500 == 0 ? kKey : kReference, ms));
  }
  buffer.SkipToKey(MediaTime::Millis(1100));
  CHECK(FrontMs(buffer, TrackKind::kVideo) == 1000);
  buffer.SkipToKey(MediaTime::Millis(1100));
  CHECK(FrontMs(buffer, TrackKind::kVideo) == 1000);
}

TEST_CASE("Live buffer drops to the next key frame when a decoder lost its thread") {
  LiveBuffer buffer = Make();
  buffer.Push(MakeFrame(kKey, 0));
  static_cast<void>(buffer.Pop(TrackKind::kVideo));
  buffer.Push(MakeFrame(kReference, 40));
  buffer.Push(MakeFrame(kKey, 80));
  buffer.DropToNextKey();
  CHECK(FrontMs(buffer, TrackKind::kVideo) == 80);
  static_cast<void>(buffer.Pop(TrackKind::kVideo));
  buffer.DropToNextKey();
  CHECK(buffer.awaits_key());
}

TEST_CASE("Live buffer stays within its bounds for any frames") {
  Rng rng(3);
  LiveBuffer buffer(TimeDelta::Seconds(1), DataSize::Kibibytes(64));
  std::int64_t pushed = 0, popped = 0;
  for (int i = 0; i < 20'000; ++i) {
    const auto kind = static_cast<FrameKind>(1 + rng.Below(4));
    const auto dts = static_cast<std::int64_t>(rng.Below(1'000'000)) - 500'000;
    buffer.Push(MakeFrame(kind, rng.Below(10) == 0 ? dts : i * 10, rng.Below(20'000)));
    ++pushed;
    REQUIRE(buffer.size() <= DataSize::Kibibytes(64));
    REQUIRE(buffer.span() <= TimeDelta::Seconds(1));
    const auto track = rng.Below(2) == 0 ? TrackKind::kVideo : TrackKind::kAudio;
    if (buffer.Front(track) != nullptr && rng.Below(3) == 0) {
      static_cast<void>(buffer.Pop(track));
      ++popped;
    }
  }
  buffer.Clear();
  CHECK(pushed == popped + buffer.stats().video_dropped + buffer.stats().audio_dropped);
}

TEST_CASE(
    "What waits in a live buffer can be replaced from a picture on, by an older key frame too") {
  LiveBuffer buffer = Make();
  for (std::int64_t ms = 0; ms < 400; ms += 40) {
    buffer.Push(MakeFrame(ms == 0 ? kKey : kReference, ms));
    buffer.Push(MakeFrame(kAudio, ms));
  }
  buffer.TakeBackVideo(MediaTime::Millis(200));
  CHECK(buffer.stats().video_dropped == 0);
  CHECK(buffer.Push(MakeFrame(kReference, 170)) == Outcome::kAwaitsKey);
  CHECK(buffer.Push(MakeFrame(kKey, 190)) == Outcome::kQueued);
  for (std::int64_t ms : {0, 40, 80, 120, 160, 190}) {
    CHECK(buffer.Pop(TrackKind::kVideo).dts == MediaTime::Millis(ms));
  }
  CHECK(buffer.Front(TrackKind::kVideo) == nullptr);
  CHECK(FrontMs(buffer, TrackKind::kAudio) == 0);

  // All of it went: nothing is left to compare timestamps with.
  buffer.TakeBackVideo(MediaTime::Millis(0));
  CHECK(buffer.Push(MakeFrame(kKey, -5'000)) == Outcome::kQueued);
}

}  // namespace
}  // namespace onair::playout
