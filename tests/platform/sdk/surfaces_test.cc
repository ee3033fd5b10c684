// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/surfaces.h"

#include <catch2/catch.hpp>

#include "platform/sdk/picture_queue.h"

namespace onair {
namespace {

constexpr Timestamp kStart = Timestamp::Micros(1'000'000);

VideoFrame FrameAt(std::int64_t pts_ms) {
  auto builder = PictureBuilder::Allocate(PixelFormat::kI420, {16, 16});
  REQUIRE(builder);
  return VideoFrame(std::move(*builder).Freeze(), MediaTime::Millis(pts_ms), kStart);
}

struct Stage {
  PictureQueue queue;
  Surfaces surfaces{queue};
  std::int64_t now_ms = 0;

  void Push(std::int64_t ms) { queue.Push(FrameAt(ms), kStart + TimeDelta::Millis(ms)); }
  // What a display shows at its next refresh; -1: nothing new.
  std::int64_t Show(PictureSource& display, std::int64_t at_ms) {
    const Timestamp at = kStart + TimeDelta::Millis(at_ms);
    const auto frame = display.TakePicture(at);
    if (!frame) return -1;
    display.OnPresented(*frame, {at, UtcTime::Micros(0)});
    return frame->pts.ms();
  }
  std::int64_t presented() { return queue.counts(kStart).presented; }
};

TEST_CASE("A display that takes over shows the last picture at once, and then all that follow") {
  Stage stage;
  const auto first = stage.surfaces.Add();
  stage.Push(0);
  stage.Push(40);
  CHECK(stage.Show(*first, 0) == 0);
  CHECK(stage.Show(*first, 40) == 40);

  const auto second = stage.surfaces.Add();
  CHECK(stage.Show(*second, 41) == 40);
  stage.Push(80);
  stage.Push(120);

  CHECK(stage.Show(*second, 80) == 80);
  CHECK(stage.Show(*second, 120) == 120);
  CHECK(stage.presented() == 4);  // 40 is counted once.
}

TEST_CASE("The display before gets nothing more once another took over") {
  Stage stage;
  const auto first = stage.surfaces.Add();
  stage.Push(0);
  CHECK(stage.Show(*first, 0) == 0);
  const auto second = stage.surfaces.Add();
  stage.Push(40);

  CHECK(stage.Show(*first, 40) == -1);
  CHECK(stage.Show(*second, 40) == 40);
}

TEST_CASE("A picture that the old display took and never showed is shown by the new one") {
  Stage stage;
  const auto first = stage.surfaces.Add();
  stage.Push(0);
  REQUIRE(first->TakePicture(kStart));

  const auto second = stage.surfaces.Add();

  CHECK(stage.Show(*second, 1) == 0);
  CHECK(stage.presented() == 1);
}

TEST_CASE("A new display with a picture that is due gets that one, not the last one before it") {
  Stage stage;
  const auto first = stage.surfaces.Add();
  stage.Push(0);
  CHECK(stage.Show(*first, 0) == 0);
  stage.Push(40);
  const auto second = stage.surfaces.Add();

  CHECK(stage.Show(*second, 40) == 40);
  CHECK(stage.Show(*second, 41) == -1);
}

TEST_CASE("What stands on the display is known, and before the first picture nothing is") {
  Stage stage;
  const auto display = stage.surfaces.Add();
  CHECK_FALSE(stage.surfaces.shown());
  stage.Push(0);
  REQUIRE(display->TakePicture(kStart));
  CHECK_FALSE(stage.surfaces.shown());  // Taken is not shown.

  stage.Push(40);
  CHECK(stage.Show(*display, 40) == 40);
  REQUIRE(stage.surfaces.shown());
  CHECK(stage.surfaces.shown()->pts == MediaTime::Millis(40));
}

}  // namespace
}  // namespace onair
