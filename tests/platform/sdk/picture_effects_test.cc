// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/picture_effects.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <limits>
#include <thread>

#include "tests/platform/sdk/sdk_world.h"

namespace onair {
namespace {

using namespace sdk_test;

constexpr PictureSize kSize{320, 180};
constexpr FaceBox kBox{0.4F, 0.3F, 0.2F, 0.3F};

Picture Grey(std::uint8_t luma = 120) {
  auto builder = PictureBuilder::Allocate(PixelFormat::kI420, kSize);
  REQUIRE(builder);
  for (std::size_t i = 0; i < 3; ++i) {
    const int rows = i == 0 ? kSize.height : ChromaSide(kSize.height);
    const Plane plane = builder->plane(i);
    std::fill_n(plane.data, std::ptrdiff_t{rows} * plane.stride_bytes, i == 0 ? luma : 128);
  }
  // Something to hold on to for the flow.
  for (int row = 0; row < kSize.height; ++row) {
    for (int x = 0; x < kSize.width; ++x) {
      if ((x / 8 + row / 8) % 2 == 0) {
        builder->plane(0).data[row * builder->plane(0).stride_bytes + x] = 60;
      }
    }
  }
  return std::move(*builder).Freeze();
}

// Pictures at 30 fps.
class Feeder {
 public:
  explicit Feeder(PictureEffects& effects) : effects_(effects), picture_(Grey()) {}
  VideoFrame Next() {
    at_ = at_ + TimeDelta::Millis(33);
    return effects_.Apply(VideoFrame(picture_, at_, runtime::Now()));
  }
  const Picture& picture() const { return picture_; }

 private:
  PictureEffects& effects_;
  Picture picture_;
  MediaTime at_ = MediaTime::Zero();
};

class OneFace final : public FaceDetector {
 public:
  Result<std::vector<DetectedFace>> Detect(const Picture&) override {
    return std::vector<DetectedFace>{{kBox, std::nullopt, 0.9F}};
  }
};
class BrokenDetector final : public FaceDetector {
 public:
  Result<std::vector<DetectedFace>> Detect(const Picture&) override {
    return Fail(ErrorCode::kInternal, "no power");
  }
};

// Counts its calls; gives a black picture.
class Blackener final : public VideoFilter {
 public:
  explicit Blackener(std::atomic<int>& calls) : calls_(calls) {}
  Result<Picture> Apply(const Picture& picture, const FilterInput&) override {
    ++calls_;
    auto builder = PictureBuilder::Allocate(PixelFormat::kI420, picture.size());
    if (!builder) return Forward(builder);
    const Plane luma = builder->plane(0);
    std::fill_n(luma.data, std::ptrdiff_t{picture.size().height} * luma.stride_bytes, 16);
    return std::move(*builder).Freeze();
  }

 private:
  std::atomic<int>& calls_;
};

PictureEffects::Setup Setup(EffectsConfig config, double roi_strength = 1) {
  return {.config = std::move(config),
          .full_size = kSmall,
          .encoder_roi = RoiSupport::kQuantizer,
          .roi_strength = roi_strength,
          .on_face_failure = [](const Error&) {},
          .trace = &NullTrace()};
}

TEST_CASE("Without any effect the very same pixels go on, without regions") {
  PictureEffects effects(Setup({}));
  Feeder feeder(effects);
  const VideoFrame frame = feeder.Next();
  CHECK(frame.picture.plane(0).data == feeder.picture().plane(0).data);
  CHECK_FALSE(frame.roi);
}

TEST_CASE("A face that the app's detector finds becomes a region for the encoder") {
  EffectsConfig config;
  config.make_face_detector = [] { return std::make_unique<OneFace>(); };
  PictureEffects effects(Setup(config));
  Feeder feeder(effects);

  std::optional<RoiMap> seen;
  REQUIRE(Eventually([&] {
    seen = feeder.Next().roi;
    return seen && seen->regions.size() == 1 && seen->regions[0].quality > 0.9F;
  }));
  const RoiRegion& region = seen->regions[0];
  CHECK(region.x <= kBox.x);
  CHECK(region.x + region.width >= kBox.x + kBox.width);
  CHECK(region.width < kBox.width * 1.5F);

  PublisherStats stats;
  effects.AddTo(stats);
  REQUIRE(stats.faces);
  CHECK(stats.faces->detections >= 1);
  CHECK(stats.faces->pictures_with_faces > 0);
}

TEST_CASE("The first picture waits a little for a detector that is open, and knows its faces") {
  std::optional<RoiMap> first;
  // The machine may be too busy for the wait: then the face comes later, as any other does.
  for (int i = 0; i < 10 && !first; ++i) {
    std::atomic<bool> is_made{false};
    EffectsConfig config;
    config.make_face_detector = [&] {
      is_made = true;
      return std::make_unique<OneFace>();
    };
    PictureEffects effects(Setup(config));
    Feeder feeder(effects);
    REQUIRE(Eventually([&] { return is_made.load(); }));
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
    first = feeder.Next().roi;
  }
  REQUIRE(first);
  REQUIRE(first->regions.size() == 1);
  CHECK(first->regions[0].quality == 1);
}

TEST_CASE("With a ROI strength of zero no regions reach the encoder") {
  EffectsConfig config;
  config.regions = {{0.1F, 0.1F, 0.2F, 0.2F, 1}};
  PictureEffects effects(Setup(config, 0));
  Feeder feeder(effects);
  CHECK_FALSE(feeder.Next().roi);
}

TEST_CASE("For an encoder that follows no regions what is outside of them is softened instead") {
  EffectsConfig config;
  config.regions = {{0.25F, 0.25F, 0.5F, 0.5F, 1}};
  auto setup = Setup(config);
  setup.encoder_roi = RoiSupport::kNone;
  PictureEffects effects(std::move(setup));
  Feeder feeder(effects);
  // Largest change of a luma sample in a square of 40 at this corner.
  const auto change_at = [&](const Picture& shown, int left, int top) {
    int largest = 0;
    for (int y = top; y < top + 40; ++y) {
      for (int x = left; x < left + 40; ++x) {
        const PlaneView was = feeder.picture().plane(0);
        const PlaneView is = shown.plane(0);
        largest = std::max(largest, std::abs(was.data[y * was.stride_bytes + x] -
                                             is.data[y * is.stride_bytes + x]));
      }
    }
    return largest;
  };
  VideoFrame frame = feeder.Next();
  for (int i = 0; i < 60; ++i) frame = feeder.Next();  // It is eased in.
  CHECK(change_at(frame.picture, 0, 0) > 10);
  CHECK(change_at(frame.picture, 140, 70) <= 2);
}

TEST_CASE("A detector that does not open is told once, and pictures go on") {
  std::atomic<int> told{0};
  EffectsConfig config;
  config.make_face_detector = []() -> Result<std::unique_ptr<FaceDetector>> {
    return Fail(ErrorCode::kFileNotFound, "model.onnx");
  };
  auto setup = Setup(config);
  setup.on_face_failure = [&](const Error& error) {
    if (error.code == ErrorCode::kFileNotFound) ++told;
  };
  PictureEffects effects(std::move(setup));
  Feeder feeder(effects);

  REQUIRE(Eventually([&] { return feeder.Next(), told == 1; }));
  for (int i = 0; i < 30; ++i) CHECK_FALSE(feeder.Next().roi);
  CHECK(told == 1);
}

TEST_CASE("A detector that fails is told once and asked again") {
  std::atomic<int> told{0};
  EffectsConfig config;
  config.make_face_detector = [] { return std::make_unique<BrokenDetector>(); };
  auto setup = Setup(config);
  setup.on_face_failure = [&](const Error&) { ++told; };
  PictureEffects effects(std::move(setup));
  Feeder feeder(effects);

  PublisherStats stats;
  REQUIRE(Eventually([&] {
    feeder.Next();
    effects.AddTo(stats);
    return stats.faces && stats.faces->failures >= 3;
  }));
  CHECK(told == 1);
}

TEST_CASE("An app's filter works on every picture until it is removed") {
  PictureEffects effects(Setup({}));
  Feeder feeder(effects);
  std::atomic<int> calls{0};
  const auto id = effects.AddFilter(std::make_unique<Blackener>(calls));
  REQUIRE(id);

  const VideoFrame black = feeder.Next();
  CHECK(black.picture.plane(0).data[0] == 16);
  CHECK(calls == 1);
  effects.RemoveFilter(*id);
  const VideoFrame plain = feeder.Next();
  CHECK(plain.picture.plane(0).data == feeder.picture().plane(0).data);
  CHECK(calls == 1);
}

TEST_CASE("More filters than the graph takes are refused, and a place becomes free again") {
  PictureEffects effects(Setup({}));
  Feeder feeder(effects);
  std::atomic<int> calls{0};
  std::optional<FilterId> first;
  for (std::size_t i = 0; i < beauty::BeautyGraph::kMaxFilters; ++i) {
    const auto id = effects.AddFilter(std::make_unique<Blackener>(calls));
    REQUIRE(id);
    if (!first) first = *id;
  }
  const auto refused = effects.AddFilter(std::make_unique<Blackener>(calls));
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == ErrorCode::kLimit);
  effects.RemoveFilter(*first);
  feeder.Next();
  CHECK(effects.AddFilter(std::make_unique<Blackener>(calls)));
}

TEST_CASE("Settings outside their range are refused by name, and what stood stays") {
  EffectsConfig config;
  config.beauty.whiten = 0.5F;
  PictureEffects effects(Setup(config));
  BeautyConfig wrong;
  wrong.smooth = std::numeric_limits<float>::quiet_NaN();
  const auto beauty = effects.SetBeauty(wrong);
  REQUIRE_FALSE(beauty);
  CHECK(beauty.error().detail == "beauty.smooth");
  CHECK_FALSE(effects.SetColourTable({nullptr, 1.5F}));
  CHECK_FALSE(effects.SetWatermark(beauty::Watermark{{4, 4}, {1, 2, 3}, 0, 0}));
  CHECK_FALSE(effects.SetRegions({{0, 0, 2, 1, 1}}));
  CHECK_FALSE(effects.SetRegions(std::vector<RoiRegion>(RoiMap::kMaxRegions + 1)));
  CHECK_FALSE(effects.AddFilter(nullptr));
}

TEST_CASE("Before and after stand side by side, the line goes to the face") {
  EffectsConfig config;
  config.view = EffectsView::kBeforeAfter;
  PictureEffects effects(Setup(config));
  Feeder feeder(effects);
  std::atomic<int> calls{0};
  REQUIRE(effects.AddFilter(std::make_unique<Blackener>(calls)));
  const VideoFrame frame = feeder.Next();
  const auto* row = frame.picture.plane(0).data;
  CHECK(row[0] == feeder.picture().plane(0).data[0]);
  CHECK(row[kSize.width - 1] == 16);
}

}  // namespace
}  // namespace onair
