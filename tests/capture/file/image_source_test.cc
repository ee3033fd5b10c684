// SPDX-License-Identifier: Apache-2.0
#include "capture/file/image_source.h"

#include <algorithm>
#include <catch2/catch.hpp>
#include <cmath>

#include "capture/file/input.h"
#include "capture/file/pan_zoom.h"
#include "tests/capture/media_maker.h"

using namespace onair;
using namespace onair::capture;
using namespace onair::testing;

namespace {

const CaptureTime kNow{Timestamp::Micros(1), UtcTime::Micros(2)};

std::string MadeImage(const std::string& name, PictureSize size, const std::string& codec,
                      const std::function<int(int, int)>& luma) {
  MediaRecipe recipe{.format = "image2pipe", .video_codec = codec, .audio_codec = ""};
  recipe.pixel_format = codec == "png" ? "rgb24" : "yuvj420p";
  recipe.size = size;
  recipe.frames = 1;
  recipe.rate_bps = 20'000'000;
  recipe.picture = [&](int) { return MakePicture(size, luma); };
  MakeMedia(ScratchPath(name), recipe);
  return ScratchPath(name);
}

}  // namespace

TEST_CASE("The camera over a still moves without jumps and keeps faces in view") {
  struct Row {
    PictureSize canvas;
    PictureSize output;
    double zoom;
  };
  for (const Row row : {Row{{1600, 1600}, {1280, 720}, 1.25}, Row{{1600, 900}, {1280, 720}, 1.25},
                        Row{{3200, 900}, {1280, 720}, 1.25}, Row{{900, 3200}, {720, 1280}, 1.25},
                        Row{{1600, 1800}, {1280, 720}, 2.0}, Row{{5120, 1440}, {1280, 720}, 2.0},
                        Row{{1280, 720}, {1280, 720}, 1.0}}) {
    CAPTURE(row.canvas.width, row.canvas.height, row.zoom);
    const PanZoomPath path(row.canvas, row.output, row.zoom);
    constexpr int kSteps = 720;
    double fastest = 0;
    double roughest = 0;
    std::vector<Window> windows;
    for (int i = 0; i <= kSteps + 2; ++i)
      windows.push_back(path.At(static_cast<double>(i) / kSteps));
    for (int i = 0; i <= kSteps; ++i) {
      const Window& w = windows[i];
      REQUIRE(w.x >= -1e-6);
      REQUIRE(w.y >= -1e-6);
      REQUIRE(w.x + w.width <= row.canvas.width + 1e-6);
      REQUIRE(w.y + w.height <= row.canvas.height + 1e-6);
      REQUIRE(w.width / w.height ==
              Approx(static_cast<double>(row.output.width) / row.output.height));
      const double face_x = (row.canvas.width / 2.0 - w.x) / w.width;
      const double face_y = (row.canvas.height / 3.0 - w.y) / w.height;
      REQUIRE(face_x > 0.1);
      REQUIRE(face_x < 0.9);
      REQUIRE(face_y > 0.1);
      REQUIRE(face_y < 0.9);
      fastest = std::max(fastest, std::fabs(windows[i + 1].x - w.x));
      roughest = std::max(roughest, std::fabs(windows[i + 2].x - 2 * windows[i + 1].x + w.x));
    }
    CHECK(windows[kSteps].x == Approx(windows[0].x).margin(1e-6));
    CHECK(fastest < 10);
    CHECK(roughest < 0.2);  // No kink: the speed changes by less than this per picture.
  }
}

TEST_CASE("A window is drawn at fractions of a pixel") {
  // On a ramp of one level per pixel the mean level tells where the window lies.
  const Picture ramp = MakePicture({200, 100}, [](int x, int) { return 16 + x; });
  WindowSampler sampler(ramp);
  double last = -1;
  for (int i = 0; i < 40; ++i) {
    auto picture = sampler.Draw({10 + i * 0.1, 5 + i * 0.05, 64, 36}, {64, 36});
    REQUIRE(picture);
    double sum = 0;
    for (int y = 0; y < 36; ++y)
      for (int x = 0; x < 64; ++x) sum += LumaAt(*picture, x, y);
    const double mean = sum / (64 * 36);
    CAPTURE(i, mean);
    CHECK(mean == Approx(16 + 10 + i * 0.1 + 31.5).margin(0.51));
    CHECK(mean >= last);
    last = mean;
  }
}

TEST_CASE("A window over the whole canvas stays inside it") {
  const Picture canvas =
      MakePicture({101, 57}, [](int x, int y) { return x == 100 || y == 56 ? 200 : 50; });
  auto picture = WindowSampler(canvas).Draw({0, 0, 101, 57}, {202, 114});
  REQUIRE(picture);
  CHECK(LumaAt(*picture, 201, 113) == 200);
  CHECK(LumaAt(*picture, 0, 0) == 50);
}

TEST_CASE("A still image gives pictures at its rate, without sound and without end") {
  for (const char* codec : {"png", "mjpeg"}) {
    const std::string path = MadeImage(std::string("still.") + codec, {300, 300}, codec,
                                       [](int x, int y) { return 40 + (x + y) / 4; });
    ImageSourceConfig config;
    config.output = {{320, 180}, 29.97};
    config.cycle = TimeDelta::Seconds(2);
    auto source = OpenImage(path, config);
    INFO((source ? "" : ToString(source.error())));
    REQUIRE(source);
    CHECK_FALSE((*source)->info().audio);
    CHECK((*source)->info().video->size == PictureSize{320, 180});
    std::optional<Picture> first;
    for (int n = 0; n < 200; ++n) {
      auto due = (*source)->Next();
      REQUIRE((*due)->track == TrackKind::kVideo);
      REQUIRE((*due)->at.us() == n * 1'001'000'000LL / 30'000);
      auto frame = (*source)->ReadVideo(kNow);
      REQUIRE(frame);
      REQUIRE(frame->picture.size() == PictureSize{320, 180});
      REQUIRE(frame->captured_utc == kNow.utc);
      if (!first) first = frame->picture;
      if (n == 20) CHECK(LumaAt(*first, 160, 90) != LumaAt(frame->picture, 160, 90));
    }
    CHECK_FALSE((*source)->ReadAudio(kNow));
  }
}

TEST_CASE("Extreme shapes and sizes of images are shown") {
  for (const PictureSize size : {PictureSize{1, 1}, PictureSize{2000, 20}, PictureSize{20, 2000},
                                 PictureSize{3, 5}, PictureSize{2999, 2001}}) {
    CAPTURE(size.width, size.height);
    const std::string path = MadeImage("shape.png", size, "png", [](int, int) { return 120; });
    auto source = OpenImage(path, {});
    INFO((source ? "" : ToString(source.error())));
    REQUIRE(source);
    for (int n = 0; n < 3; ++n) {
      auto frame = (*source)->ReadVideo(kNow);
      REQUIRE(frame);
      CHECK(std::abs(LumaAt(frame->picture, 0, 0) - 120) <= 5);
      CHECK(std::abs(LumaAt(frame->picture, 1279, 719) - 120) <= 5);
    }
  }
}

TEST_CASE("The kind of an input is found by its bytes, not its name") {
  const std::string image =
      MadeImage("picture_named.mp4", {64, 64}, "png", [](int, int) { return 99; });
  MakeMedia(ScratchPath("media_named.png"), {});
  CHECK(*ProbeInput(image) == InputKind::kImage);
  CHECK(*ProbeInput(ScratchPath("media_named.png")) == InputKind::kMedia);
  CHECK_FALSE((*OpenInput(image, {}))->info().audio);
  CHECK((*OpenInput(ScratchPath("media_named.png"), {}))->info().audio);
}

TEST_CASE("A truncated image is refused or shown, and image settings are refused by name") {
  const std::string path = MadeImage("cut.png", {64, 64}, "png", [](int x, int) { return 16 + x; });
  const std::string bytes = ReadBytes(path);
  for (std::size_t length = 0; length < bytes.size(); length += 7) {
    WriteBytes(path, bytes.substr(0, length));
    auto source = OpenImage(path, {});
    if (!source) CHECK(source.error().code == ErrorCode::kNotMedia);
  }
  ImageSourceConfig config;
  config.zoom = 2.5;
  CHECK(OpenImage(path, config).error().detail == "zoom");
  config = {};
  config.cycle = TimeDelta::Seconds(1);
  CHECK(OpenImage(path, config).error().detail == "cycle");
  config = {};
  config.output.size = {641, 360};
  CHECK(OpenImage(path, config).error().detail == "output.size.width");
}
