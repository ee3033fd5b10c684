// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/picture_queue.h"

#include <catch2/catch.hpp>

namespace onair {
namespace {

constexpr Timestamp kStart = Timestamp::Micros(1'000'000);
constexpr TimeDelta Ms(std::int64_t ms) {
  return TimeDelta::Millis(ms);
}

VideoFrame FrameAt(std::int64_t pts_ms, std::optional<UtcTime> utc = std::nullopt) {
  auto builder = PictureBuilder::Allocate(PixelFormat::kI420, {16, 16});
  REQUIRE(builder);
  return VideoFrame(std::move(*builder).Freeze(), MediaTime::Millis(pts_ms), kStart, utc);
}

TEST_CASE("A picture is given when its time has come, not before") {
  PictureQueue queue;
  queue.Push(FrameAt(0), kStart + Ms(10));

  CHECK_FALSE(queue.TakePicture(kStart + Ms(9)));
  const auto taken = queue.TakePicture(kStart + Ms(10));
  REQUIRE(taken);
  CHECK(taken->pts == MediaTime::Zero());
  CHECK_FALSE(queue.TakePicture(kStart + Ms(11)));
}

TEST_CASE("A picture is shown at the refresh nearest to its time") {
  PictureQueue queue;
  queue.Push(FrameAt(0), kStart + Ms(27));
  queue.Push(FrameAt(33), kStart + Ms(60));

  CHECK_FALSE(queue.TakePicture(kStart));
  // 7 ms early, where the next refresh would be 13 ms late.
  CHECK(queue.TakePicture(kStart + Ms(20)));
  CHECK_FALSE(queue.TakePicture(kStart + Ms(40)));
  CHECK(queue.TakePicture(kStart + Ms(60)));
}

TEST_CASE("A display that asked long ago shows no picture long before its time") {
  PictureQueue queue;
  CHECK_FALSE(queue.TakePicture(kStart));
  queue.Push(FrameAt(0), kStart + Ms(1011));

  CHECK_FALSE(queue.TakePicture(kStart + Ms(1000)));
  CHECK(queue.TakePicture(kStart + Ms(1011)));
}

TEST_CASE("Of several due pictures the newest is given and the others are counted as dropped") {
  PictureQueue queue;
  for (int i = 0; i < 3; ++i) queue.Push(FrameAt(33 * i), kStart + Ms(33 * i));

  const auto taken = queue.TakePicture(kStart + Ms(200));

  REQUIRE(taken);
  CHECK(taken->pts == MediaTime::Millis(66));
  CHECK(queue.counts(kStart + Ms(2000)).dropped == 2);
}

TEST_CASE("A full queue gives up its oldest picture") {
  PictureQueue queue;
  const int pushed = static_cast<int>(PictureQueue::kBound) + 2;
  for (int i = 0; i < pushed; ++i) queue.Push(FrameAt(i), kStart + Ms(i));

  CHECK(queue.counts(kStart + Ms(2000)).dropped == 2);
  CHECK(queue.TakePicture(kStart + Ms(2))->pts == MediaTime::Millis(2));
}

TEST_CASE("A line that moved gives waiting pictures new times") {
  PictureQueue queue;
  queue.Push(FrameAt(40), kStart + Ms(40));

  queue.SetLine({.anchor_at = kStart + Ms(100), .anchor_media = MediaTime::Zero()});

  CHECK_FALSE(queue.TakePicture(kStart + Ms(139)));
  CHECK(queue.TakePicture(kStart + Ms(140)));
}

TEST_CASE("A picture that is to be shown at once is, wherever the line moves") {
  PictureQueue queue;
  queue.Push(FrameAt(40), kStart + Ms(10), kStart + Ms(10));

  queue.SetLine({.anchor_at = kStart + Ms(100), .anchor_media = MediaTime::Zero()});
  CHECK(queue.TakePicture(kStart + Ms(10)));

  queue.Push(FrameAt(40), kStart + Ms(50), kStart + Ms(50));
  queue.SetLine({.anchor_at = kStart - Ms(20), .anchor_media = MediaTime::Zero()});
  CHECK(queue.TakePicture(kStart + Ms(20)));
}

TEST_CASE("Latency is presentation minus the stamped capture, freezes are gaps over 150 ms") {
  PictureQueue queue;
  const UtcTime captured = UtcTime::Micros(5'000'000);
  const auto present = [&](std::int64_t at_ms) {
    queue.OnPresented(FrameAt(at_ms, captured + Ms(at_ms)),
                      {kStart + Ms(at_ms), captured + Ms(at_ms + 80)});
  };
  for (int ms = 0; ms <= 1000; ms += 50) present(ms);
  CHECK(queue.counts(kStart + Ms(1000)).freeze_percent == 0.0);
  CHECK(queue.counts(kStart + Ms(2000)).latency.Quantile(0.5) == Ms(80));
  // Standing still freezes, but not for longer than pictures may come.
  CHECK(queue.counts(kStart + Ms(2000)).freeze_percent == Approx(50.0));
  CHECK(queue.counts(kStart + Ms(2000), kStart + Ms(1000)).freeze_percent == 0.0);
  CHECK(queue.counts(kStart + Ms(9000), kStart + Ms(1250)).freeze_percent == Approx(20.0));
  CHECK(queue.counts(kStart + Ms(9000), kStart + Ms(1250)).frame_rate == 0.0);

  present(2000);

  CHECK(queue.counts(kStart + Ms(2000)).freeze_percent == Approx(50.0));
  CHECK(queue.counts(kStart + Ms(2000)).presented == 22);
  CHECK(queue.counts(kStart + Ms(2000)).first_presented_at == kStart);
}

TEST_CASE(
    "A picture pushed ahead is due at once, and the same one decoded again is not shown twice") {
  PictureQueue queue;
  queue.PushAhead(FrameAt(100), kStart);
  queue.SetLine({.anchor_at = kStart + Ms(500), .anchor_media = MediaTime::Millis(100)});

  CHECK(queue.TakePicture(kStart)->pts == MediaTime::Millis(100));
  queue.Push(FrameAt(100), kStart);
  CHECK_FALSE(queue.TakePicture(kStart + Ms(100)));
  queue.Push(FrameAt(133), kStart + Ms(200));
  CHECK(queue.TakePicture(kStart + Ms(200))->pts == MediaTime::Millis(133));
  CHECK(queue.counts(kStart).dropped == 0);
}

TEST_CASE("A cleared queue counts what it lost") {
  PictureQueue queue;
  queue.Push(FrameAt(0), kStart);
  queue.Clear();
  CHECK_FALSE(queue.TakePicture(kStart + Ms(100)));
  CHECK(queue.counts(kStart + Ms(2000)).dropped == 1);
}

}  // namespace
}  // namespace onair
