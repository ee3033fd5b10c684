// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <catch2/catch.hpp>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <thread>

#include "platform/devices/capture_devices.h"
#include "platform/devices/driver_clock.h"
#include "platform/devices/png_writer.h"
#include "platform/devices/sdl_window.h"
#include "tests/platform/devices/pictures.h"
#include "tests/platform/devices/recording_sink.h"
#include "tests/platform/devices/stop_times.h"
#include "tests/platform/devices/test_servers.h"

namespace onair::devices {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds kPatience(8'000);

ScreenConfig ScreenOf(const TestDisplay& display) {
  ScreenConfig config;
  config.display = display.name();
  config.cursor = Cursor::kHidden;
  return config;
}

TimeDelta TimeToStop(LiveSource& source) {
  const Timestamp before = Now();
  source.Stop();
  return Now() - before;
}

TEST_CASE("A screen gives pictures of its size at rising times") {
  auto display = TestDisplay::StartOrSkip();
  if (!display) return;
  auto source = OpenScreen(ScreenOf(*display));
  REQUIRE(source);
  RecordingSink sink;
  const Timestamp origin = Now();
  REQUIRE((*source)->Start(origin, sink));
  CHECK((*source)->info().video->size == PictureSize{640, 360});
  CHECK((*source)->info().video->frame_rate == Approx(30));
  REQUIRE(sink.Await(kPatience, [](auto& s) { return s.video_.size() >= 15; }));
  CHECK(TimeToStop(**source) <= TimeDelta::Millis(200));

  const auto frames = sink.TakeVideo();
  for (std::size_t i = 0; i < frames.size(); ++i) {
    INFO("frame " << i);
    CHECK(frames[i].picture.size() == PictureSize{640, 360});
    CHECK(frames[i].pts == MediaTime::Zero() + (frames[i].captured_at - origin));
    REQUIRE(frames[i].captured_utc);
    if (i > 0) CHECK(frames[i].pts > frames[i - 1].pts);
  }
  CHECK(frames.back().captured_at <= Now());
  CHECK(frames.size() <= 15 + 30);
}

TEST_CASE("A part of a screen is grabbed from its corner on, with even sides") {
  auto display = TestDisplay::StartOrSkip();
  if (!display) return;
  ScreenConfig config = ScreenOf(*display);
  config.left = 100;
  config.top = 51;
  auto source = OpenScreen(config);
  REQUIRE(source);
  RecordingSink sink;
  REQUIRE((*source)->Start(Now(), sink));
  CHECK((*source)->info().video->size == PictureSize{540, 308});
  REQUIRE(sink.Await(kPatience, [](auto& s) { return !s.video_.empty(); }));
  (*source)->Stop();
  CHECK(sink.TakeVideo()[0].picture.size() == PictureSize{540, 308});

  config.left = 640;
  auto outside = OpenScreen(config);
  REQUIRE(outside);
  CHECK((*outside)->Start(Now(), sink).error().code == ErrorCode::kInvalidConfig);
}

TEST_CASE("A display that is not there is absent") {
  ScreenConfig config;
  config.display = ":4711";
  auto source = OpenScreen(config);
  REQUIRE(source);
  RecordingSink sink;
  const Status status = (*source)->Start(Now(), sink);
  REQUIRE_FALSE(status);
  CHECK(status.error().code == ErrorCode::kDeviceAbsent);
  CHECK(sink.calls() == 0);
}

TEST_CASE("A screen that vanishes while it is grabbed is lost") {
  auto display = TestDisplay::StartOrSkip();
  if (!display) return;
  const Cursor cursor = GENERATE(Cursor::kHidden, Cursor::kShown);
  ScreenConfig config = ScreenOf(*display);
  config.cursor = cursor;
  auto source = OpenScreen(config);
  REQUIRE(source);
  RecordingSink sink;
  REQUIRE((*source)->Start(Now(), sink));
  REQUIRE(sink.Await(kPatience, [](auto& s) { return s.video_.size() >= 3; }));

  display->process().Kill();
  REQUIRE(sink.Await(kPatience, [](auto& s) { return s.ends_ > 0; }));
  CHECK(sink.error()->code == ErrorCode::kDeviceLost);
  (*source)->Stop();
  CHECK(sink.ends() == 1);
}

TEST_CASE("Stop is bounded while the X server hangs") {
  auto display = TestDisplay::StartOrSkip();
  if (!display) return;
  auto source = OpenScreen(ScreenOf(*display));
  REQUIRE(source);
  TimeDelta soonest = TimeDelta::PlusInfinity();  // A busy machine may be late once.
  for (int round = 0; round < 3; ++round) {
    RecordingSink sink;
    REQUIRE((*source)->Start(Now(), sink));
    REQUIRE(sink.Await(kPatience, [](auto& s) { return s.video_.size() >= 3; }));

    display->process().Signal(SIGSTOP);
    std::this_thread::sleep_for(milliseconds(100));
    soonest = std::min(soonest, TimeToStop(**source));
    const std::size_t calls = sink.calls();
    display->process().Signal(SIGCONT);
    for (int i = 0; i < 500 && AbandonedDeviceThreads() > 0; ++i) {
      std::this_thread::sleep_for(milliseconds(10));
    }
    CHECK(AbandonedDeviceThreads() == 0);
    CHECK(sink.calls() == calls);
  }
  CHECK(soonest <= TimeDelta::Millis(200));
}

TEST_CASE("A screen starts and stops fifty times within the bound") {
  auto display = TestDisplay::StartOrSkip();
  if (!display) return;
  auto source = OpenScreen(ScreenOf(*display));
  REQUIRE(source);
  StopTimes times;
  for (int i = 0; i < 50; ++i) {
    RecordingSink sink;
    REQUIRE((*source)->Start(Now(), sink));
    times.Take([&] { (*source)->Stop(); });
  }
  CHECK(AbandonedDeviceThreads() == 0);  // None was given up.
  CHECK(times.NineOfTen() <= TimeDelta::Millis(200));
}

TEST_CASE("Screen settings out of range are refused by name") {
  const auto field_of = [](auto change) {
    ScreenConfig config;
    config.display = ":0";
    change(config);
    auto source = OpenScreen(config);
    return source ? std::string() : source.error().detail;
  };
  CHECK(field_of([](auto& c) { c.left = -1; }) == "left");
  CHECK(field_of([](auto& c) { c.top = 20'000; }) == "top");
  CHECK(field_of([](auto& c) { c.size = PictureSize{8, 100}; }) == "size");
  CHECK(field_of([](auto& c) { c.frame_rate = 0; }) == "frame_rate");
  CHECK(field_of([](auto&) {}).empty());
}

// What an X server shows now, read back through our own grab.
Picture ScreenShot(const TestDisplay& display) {
  auto source = OpenScreen(ScreenOf(display));
  REQUIRE(source);
  RecordingSink sink;
  REQUIRE((*source)->Start(Now(), sink));
  REQUIRE(sink.Await(kPatience, [](auto& s) { return s.video_.size() >= 2; }));
  (*source)->Stop();
  return sink.TakeVideo().back().picture;
}

void UseDisplay(const TestDisplay& display) {
  setenv("DISPLAY", display.name().c_str(), 1);
  setenv("SDL_VIDEODRIVER", "x11", 1);
  // Mesa's software GL is slow under sanitizers and not what is tested.
  setenv("SDL_RENDER_DRIVER", "software", 1);
  setenv("SDL_FRAMEBUFFER_ACCELERATION", "0", 1);
}

TEST_CASE("A window shows a known picture in its colours and shape") {
  auto display = TestDisplay::StartOrSkip();
  if (!display) return;
  UseDisplay(*display);
  const PixelFormat format = GENERATE(PixelFormat::kI420, PixelFormat::kNv12);
  auto window = SdlWindow::Open({.title = "picture", .size = {640, 360}});
  REQUIRE(window);
  // Four coloured quarters, square, so the window has black bars left and right.
  const Picture picture = Quarters({240, 240}, format);
  REQUIRE((*window)->Present(VideoFrame(picture, MediaTime::Zero(), Now())));
  static_cast<void>((*window)->PollEvents());
  CHECK((*window)->size() == PictureSize{640, 360});

  const Picture shot = ScreenShot(*display);
  if (const char* keep = std::getenv("ONAIR_KEEP_SHOT")) REQUIRE(WritePng(keep, shot));
  CHECK(IsNear(ColourAt(shot, 230, 90), ColourAt(picture, 60, 60)));
  CHECK(IsNear(ColourAt(shot, 410, 90), ColourAt(picture, 180, 60)));
  CHECK(IsNear(ColourAt(shot, 230, 270), ColourAt(picture, 60, 180)));
  CHECK(IsNear(ColourAt(shot, 410, 270), ColourAt(picture, 180, 180)));
  CHECK(IsNear(ColourAt(shot, 60, 180), kBlack));
  CHECK(IsNear(ColourAt(shot, 580, 180), kBlack));
}

TEST_CASE("A window turns pictures upright") {
  auto display = TestDisplay::StartOrSkip();
  if (!display) return;
  UseDisplay(*display);
  auto window = SdlWindow::Open({.title = "turned", .size = {640, 360}});
  REQUIRE(window);
  const Picture picture = Quarters({320, 180}, PixelFormat::kI420);
  VideoFrame frame(picture, MediaTime::Zero(), Now());
  frame.rotation = Rotation::k90;
  REQUIRE((*window)->Present(frame));

  // Turned clockwise, the lower left quarter comes to the upper left; 202 x 360 in the middle.
  const Picture shot = ScreenShot(*display);
  CHECK(IsNear(ColourAt(shot, 270, 90), ColourAt(picture, 80, 135)));
  CHECK(IsNear(ColourAt(shot, 370, 90), ColourAt(picture, 80, 45)));
  CHECK(IsNear(ColourAt(shot, 270, 270), ColourAt(picture, 240, 135)));
  CHECK(IsNear(ColourAt(shot, 200, 180), kBlack));
}

TEST_CASE("A program without a display is told so") {
  setenv("SDL_VIDEODRIVER", "x11", 1);
  setenv("DISPLAY", ":4711", 1);
  auto window = SdlWindow::Open({.title = "nowhere"});
  REQUIRE_FALSE(window);
  CHECK(window.error().code == ErrorCode::kDeviceAbsent);
  CHECK(SdlWindow::Open({.title = "", .size = {0, 10}}).error().code == ErrorCode::kInvalidConfig);
}

}  // namespace
}  // namespace onair::devices
