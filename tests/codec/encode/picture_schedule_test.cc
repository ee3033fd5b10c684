// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/picture_schedule.h"

#include <catch2/catch.hpp>
#include <cmath>

#include "tests/codec/support/moving_picture.h"

namespace onair::codec {
namespace {

using testing::DrawPicture;
using testing::Scene;
using enum PictureSchedule::IsCoded;

// 32x32 at 30 pictures per second, a key frame every second.
VideoConfig Config() {
  VideoConfig config;
  config.size = {32, 32};
  config.frame_rate = 30;
  config.gop = TimeDelta::Seconds(1);
  return config;
}

EncoderTarget Target() {
  return {DataRate::KilobitsPerSec(400), 30};
}

VideoFrame FrameAt(MediaTime pts, PictureSize size = {32, 32}) {
  Scene scene;
  scene.size = size;
  return {DrawPicture(scene, 0), pts, Timestamp::Zero()};
}

// Takes pictures at `fps` and codes each key frame that is due; where those stood.
std::vector<int> KeysOf(PictureSchedule& schedule, int from, int to, double fps = 30) {
  std::vector<int> keys;
  for (int i = from; i < to; ++i) {
    const MediaTime pts = MediaTime::Micros(static_cast<std::int64_t>(i * 1e6 / fps));
    REQUIRE(schedule.Take(FrameAt(pts)) == kYes);
    if (!schedule.IsKeyDue(pts)) continue;
    schedule.OnKey(pts);
    keys.push_back(i);
  }
  return keys;
}

TEST_CASE(
    "A key frame is due first, once per GOP in media time, and when the encoder begins anew") {
  PictureSchedule steady(Config());
  CHECK(KeysOf(steady, 0, 70) == std::vector{0, 30, 60});
  steady.Restart();
  CHECK(KeysOf(steady, 70, 110) == std::vector{70, 100});

  PictureSchedule slow(Config());
  CHECK(KeysOf(slow, 0, 25, 10) == std::vector{0, 10, 20});
}

TEST_CASE("A wished key frame stays due until one was coded") {
  PictureSchedule schedule(Config());
  KeysOf(schedule, 0, 10);
  EncoderTarget target = Target();
  target.key_frame = KeyFrameWanted::kYes;
  REQUIRE(schedule.Apply(target));
  REQUIRE(schedule.Apply(Target()));

  const MediaTime lost = MediaTime::Millis(400);
  REQUIRE(schedule.Take(FrameAt(lost)) == kYes);
  CHECK(schedule.IsKeyDue(lost));
  CHECK(KeysOf(schedule, 13, 60) == std::vector{13, 43});
}

TEST_CASE("The way to the next key frame is a GOP from a key frame, and what is left after it") {
  PictureSchedule schedule(Config());
  const MediaTime start = MediaTime::Zero();
  CHECK(schedule.ToKey(start) == TimeDelta::Seconds(1));
  schedule.OnKey(start);
  CHECK(schedule.ToKey(start) == TimeDelta::Seconds(1));
  CHECK(schedule.PicturesToKey(start) == 30);
  CHECK(schedule.ToKey(MediaTime::Millis(900)) == TimeDelta::Millis(100));
  CHECK(schedule.PicturesToKey(MediaTime::Millis(900)) == 3);
  CHECK(schedule.PicturesToKey(MediaTime::Millis(980)) == 1);
}

TEST_CASE("Pictures of another size and old pts are refused, surplus ones are left out") {
  PictureSchedule schedule(Config());
  REQUIRE(schedule.Take(FrameAt(MediaTime::Millis(33))) == kYes);
  CHECK(schedule.Take(FrameAt(MediaTime::Millis(66), {32, 16})).error().detail ==
        "picture of 32x16");
  CHECK(schedule.Take(FrameAt(MediaTime::Millis(33))).error().code == ErrorCode::kEncodeFailed);
  CHECK(schedule.last_pts() == MediaTime::Millis(33));

  EncoderTarget half = Target();
  half.frame_rate = 15;
  REQUIRE(schedule.Apply(half));
  int coded = 0;
  for (int i = 2; i < 62; ++i) {
    if (schedule.Take(FrameAt(MediaTime::Micros(i * 33'333))) == kYes) ++coded;
  }
  CHECK(coded == Approx(30).margin(1));
}

TEST_CASE("A target out of range is refused by name and changes nothing") {
  PictureSchedule schedule(Config());
  KeysOf(schedule, 0, 5);
  struct Bad {
    DataRate rate;
    double frame_rate;
    double emphasis;
    const char* name;
  };
  constexpr DataRate kRate = DataRate::KilobitsPerSec(400);
  for (const Bad& bad :
       {Bad{DataRate::Zero(), 30, 1, "target.video_rate"},
        Bad{DataRate::KilobitsPerSec(1'000'001), 30, 1, "target.video_rate"},
        Bad{kRate, 0, 1, "target.frame_rate"}, Bad{kRate, 120.1, 1, "target.frame_rate"},
        Bad{kRate, std::nan(""), 1, "target.frame_rate"},
        Bad{kRate, 30, -0.1, "target.roi_emphasis"}, Bad{kRate, 30, 2.1, "target.roi_emphasis"}}) {
    EncoderTarget target{bad.rate, bad.frame_rate, 0, KeyFrameWanted::kYes, bad.emphasis};
    CHECK(schedule.Apply(target).error().detail == bad.name);
  }
  CHECK(KeysOf(schedule, 5, 30).empty());
}

}  // namespace
}  // namespace onair::codec
