// SPDX-License-Identifier: Apache-2.0
#include "beauty/graph/beauty_graph.h"

#include <catch2/catch.hpp>
#include <cstring>
#include <limits>
#include <string>

#include "tests/beauty/support/pictures.h"

using namespace onair;
using namespace onair::beauty;
using namespace onair::beauty::test;

namespace {

constexpr PictureSize kSize{64, 48};

VideoFrame Frame(Picture picture) {
  return VideoFrame(std::move(picture), MediaTime::Micros(40'000), Timestamp::Zero());
}

struct Invert : VideoFilter {
  Result<Picture> Apply(const Picture& picture, const FilterInput& input) override {
    faces = input.faces.size();
    return Painted(picture.size(),
                   [&](std::size_t p, int x, int y) { return 255 - At(picture, p, x, y); });
  }
  std::size_t faces = 0;
};
struct Broken : VideoFilter {
  Result<Picture> Apply(const Picture&, const FilterInput&) override {
    return Fail(ErrorCode::kInternal, "no");
  }
};
struct Shrink : VideoFilter {
  Result<Picture> Apply(const Picture&, const FilterInput&) override {
    return Flat({2, 2}, 1, 2, 3);
  }
};

Watermark WhiteDot() {
  return {{2, 2}, std::vector<std::uint8_t>(16, 255), 0, 0};
}

std::vector<std::uint8_t> Translucent(PictureSize size) {
  return std::vector<std::uint8_t>(
      static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height) * 4, 128);
}

// Red and blue change places.
std::shared_ptr<const CubeLut> Swapped() {
  return std::make_shared<const CubeLut>(
      *CubeLut::Parse("LUT_3D_SIZE 2\n0 0 0\n0 0 1\n0 1 0\n0 1 1\n1 0 0\n1 0 1\n1 1 0\n1 1 1\n"));
}

// With eyes to grow and cheeks to slim, over every border and far beyond.
std::vector<Face> FiftyFaces() {
  std::vector<Face> faces;
  for (int i = 0; i < 50; ++i) {
    const float x = -0.6F + 0.2F * static_cast<float>(i % 8);
    const float y = -0.6F + 0.25F * static_cast<float>(i / 8);
    const auto at = [&](float across, float down) {
      return FacePoint{x + 0.4F * across, y + 0.5F * down};
    };
    const FaceLandmarks marks{at(0.3F, 0.4F), at(0.7F, 0.4F), at(0.5F, 0.6F), at(0.35F, 0.8F),
                              at(0.65F, 0.8F)};
    faces.push_back({static_cast<std::uint32_t>(i), {x, y, 0.4F, 0.5F}, marks, 1});
  }
  return faces;
}

}  // namespace

TEST_CASE("With everything off the very same pixels go on, in any format and rotation") {
  BeautyGraph graph;
  auto nv12 = std::move(*PictureBuilder::Allocate(PixelFormat::kNv12, {853, 480})).Freeze();
  VideoFrame frame = Frame(nv12);
  frame.rotation = Rotation::k90;
  const VideoFrame out = graph.Apply(std::move(frame), {});
  CHECK(out.picture.plane(0).data == nv12.plane(0).data);
  CHECK(out.picture.format() == PixelFormat::kNv12);
  CHECK(out.rotation == Rotation::k90);
  CHECK(graph.stats().untouched == 1);
  CHECK(graph.stats().allocations == 0);
}

TEST_CASE("Sliders out of range are refused and change nothing") {
  BeautyGraph graph;
  BeautyConfig config;
  config.eyes = std::numeric_limits<float>::quiet_NaN();
  CHECK(graph.SetBeauty(config).error().detail == "beauty.eyes");
  CHECK(graph.SetLut(nullptr, 1.5F).error().code == ErrorCode::kInvalidConfig);
  CHECK(graph.SetBackground(-1).error().code == ErrorCode::kInvalidConfig);
  static_cast<void>(graph.Apply(Frame(Flat(kSize, 90, 110, 150)), {}));
  CHECK(graph.stats().untouched == 1);
}

TEST_CASE("Mirroring takes faces and regions along, and turns the picture upright") {
  BeautyGraph graph;
  graph.SetMirror(Mirror::kLeftRight);
  VideoFrame frame = Frame(Painted(kSize, [](std::size_t, int x, int) { return x; }));
  frame.rotation = Rotation::k180;
  frame.roi = RoiMap{{{0, 0, 0.25F, 0.5F, 1}}};
  const Face face{1, {0.1F, 0.1F, 0.2F, 0.2F}, std::nullopt, 1};
  const VideoFrame out = graph.Apply(std::move(frame), std::span(&face, 1));
  CHECK(At(out.picture, 0, 5, 0) == 5);  // Turned half round, then mirrored.
  CHECK(out.rotation == Rotation::k0);
  CHECK(out.roi->regions.at(0).x == Approx(0.0F));
  CHECK(out.roi->regions.at(0).y == Approx(0.5F));
  REQUIRE(graph.faces().size() == 1);
  CHECK(graph.faces()[0].box.x == Approx(0.7F));
  CHECK(out.pts == MediaTime::Micros(40'000));
}

TEST_CASE("Faces that are not numbers are ignored, and those beyond the bound") {
  BeautyGraph graph;
  std::vector<Face> faces(50, Face{1, {0.1F, 0.1F, 0.2F, 0.2F}, std::nullopt, 1});
  faces[0].box.x = std::numeric_limits<float>::quiet_NaN();
  faces[1].landmarks.emplace();
  faces[1].landmarks->nose_tip.y = std::numeric_limits<float>::infinity();
  static_cast<void>(graph.Apply(Frame(Flat(kSize, 90, 110, 150)), faces));
  CHECK(graph.faces().size() == kMaxFaces);
  CHECK_FALSE(graph.faces()[0].landmarks);
}

TEST_CASE("An app's filter runs, and its failure is counted while the picture goes on") {
  BeautyGraph graph;
  auto invert = std::make_unique<Invert>();
  Invert* seen = invert.get();
  REQUIRE(graph.AddFilter(std::make_unique<Broken>()));
  const int number = *graph.AddFilter(std::move(invert));
  REQUIRE(graph.AddFilter(std::make_unique<Shrink>()));
  const Face face{1, {0.1F, 0.1F, 0.2F, 0.2F}, std::nullopt, 1};
  const VideoFrame out = graph.Apply(Frame(Flat(kSize, 90, 110, 150)), std::span(&face, 1));
  CHECK(At(out.picture, 0, 0, 0) == 165);
  CHECK(seen->faces == 1);
  CHECK(graph.stats().filter_errors == 2);
  CHECK(graph.RemoveFilter(number));
  CHECK_FALSE(graph.RemoveFilter(number));
}

TEST_CASE("Filters beyond the bound and null are refused") {
  BeautyGraph graph;
  CHECK(graph.AddFilter(nullptr).error().code == ErrorCode::kInvalidConfig);
  for (std::size_t i = 0; i < BeautyGraph::kMaxFilters; ++i) {
    REQUIRE(graph.AddFilter(std::make_unique<Broken>()));
  }
  CHECK(graph.AddFilter(std::make_unique<Broken>()).error().code == ErrorCode::kLimit);
}

TEST_CASE("The watermark lies over what the app's filters made") {
  BeautyGraph graph;
  REQUIRE(graph.SetWatermark(WhiteDot()));
  REQUIRE(graph.AddFilter(std::make_unique<Invert>()));
  const Picture source = Flat(kSize, 90, 110, 150);
  const VideoFrame out = graph.Apply(Frame(source), {});
  CHECK(At(out.picture, 0, 0, 0) == 235);
  CHECK(At(out.picture, 0, 9, 9) == 165);
  CHECK(At(source, 0, 0, 0) == 90);
  REQUIRE(graph.SetWatermark(std::nullopt));
  CHECK(At(graph.Apply(Frame(source), {}).picture, 0, 0, 0) == 165);
}

TEST_CASE("Nothing is allocated for a picture in a steady stream") {
  BeautyGraph graph;
  REQUIRE(graph.SetWatermark(WhiteDot()));
  const Picture source = Flat({320, 180}, 120, 110, 150);
  static_cast<void>(graph.Apply(Frame(source), {}));
  const auto before = graph.stats().allocations;
  for (int i = 0; i < 50; ++i) static_cast<void>(graph.Apply(Frame(source), {}));
  CHECK(graph.stats().allocations == before);
}

namespace {

const Picture& Skin() {
  static const Picture picture = Painted({320, 240}, [](std::size_t p, int x, int y) {
    return p == 0 ? 140 + (x * 7 + y * 5) % 11 : p == 1 ? 113 : 149;
  });
  return picture;
}

int MostDifference(const Picture& a, const Picture& b) {
  int most = 0;
  for (int y = 0; y < a.size().height; ++y) {
    for (int x = 0; x < a.size().width; ++x) {
      most = std::max(most, std::abs(At(a, 0, x, y) - At(b, 0, x, y)));
    }
  }
  return most;
}

}  // namespace

TEST_CASE("Sliders move without a jump and arrive, back at the same pixels when off") {
  BeautyGraph graph;
  CHECK(SamePixels(graph.Apply(Frame(Skin()), {}).picture, Skin()));
  REQUIRE(graph.SetBeauty({.smooth = 1, .whiten = 1}));
  Picture last = Skin();
  int moved = 0;
  for (int i = 0; i < 12; ++i) {
    const Picture now = graph.Apply(Frame(Skin()), {}).picture;
    const int step = MostDifference(now, last);
    CHECK(step <= 5);
    if (step > 0) moved = i + 1;
    last = now;
  }
  CHECK(MostDifference(last, Skin()) > 12);
  CHECK(moved <= 10);
  REQUIRE(graph.SetBeauty({}));
  for (int i = 0; i < 10; ++i) last = graph.Apply(Frame(Skin()), {}).picture;
  CHECK(last.plane(0).data == Skin().plane(0).data);
}

TEST_CASE("A look does not hang on the detector: a lost face changes little at once") {
  BeautyGraph graph;
  REQUIRE(graph.SetBeauty({.smooth = 1, .whiten = 1, .ruddy = 1, .sharpen = 1}));
  const Face face{1, {0.3F, 0.2F, 0.3F, 0.5F}, std::nullopt, 1};
  Picture last = Skin();
  for (int i = 0; i < 30; ++i) last = graph.Apply(Frame(Skin()), std::span(&face, 1)).picture;
  for (int i = 0; i < 12; ++i) {
    Face leaving = face;
    leaving.presence = std::max(0.0F, 1 - 0.1F * static_cast<float>(i + 1));
    const Picture now = graph.Apply(Frame(Skin()), std::span(&leaving, 1)).picture;
    CHECK(MostDifference(now, last) <= 4);
    last = now;
  }
}

TEST_CASE("A colour table fades in, gives way to another and fades out") {
  std::string text = "LUT_3D_SIZE 2\n";
  for (int i = 0; i < 8; ++i) text += "0.2 0.2 0.2\n";
  const auto grey = std::make_shared<const CubeLut>(*CubeLut::Parse(text));
  BeautyGraph graph;
  const auto v_after = [&](int pictures) {
    int v = 0;
    for (int i = 0; i < pictures; ++i) v = At(graph.Apply(Frame(Skin()), {}).picture, 2, 9, 9);
    return v;
  };
  CHECK(v_after(1) == 149);
  REQUIRE(graph.SetLut(grey, 1));
  const int first = v_after(1);
  CHECK(first < 149);
  CHECK(first > 143);
  CHECK(v_after(10) == 128);
  REQUIRE(graph.SetLut(nullptr, 1));
  CHECK(v_after(1) > 128);
  CHECK(v_after(1) < 140);
  CHECK(v_after(10) == 149);
  CHECK(graph.stats().untouched > 0);
}

TEST_CASE("NV12, turned and odd pictures go upright through all filters, faces at the border too") {
  for (const PictureSize size : {PictureSize{1, 1}, {2, 2}, {853, 480}, {4096, 2160}}) {
    BeautyGraph graph;
    REQUIRE(graph.SetBeauty({1, 1, 1, 1, 1, 1}));
    REQUIRE(graph.SetBackground(1));
    REQUIRE(graph.SetLut(Swapped(), 1));
    const PictureSize mark{size.width + 3, size.height + 5};
    REQUIRE(graph.SetWatermark(Watermark{mark, Translucent(mark), -1, -2}));
    auto nv12 = *PictureBuilder::Allocate(PixelFormat::kNv12, size);
    for (std::size_t p = 0; p < 2; ++p) {
      for (int y = 0; y < PlaneHeight(size, p); ++y) {
        std::memset(RowOf(nv12.plane(p), y), 140,
                    static_cast<std::size_t>(p == 0 ? size.width : 2 * ChromaSide(size.width)));
      }
    }
    VideoFrame frame = Frame(std::move(nv12).Freeze());
    frame.rotation = Rotation::k90;
    frame.roi = RoiMap{{{0.2F, 0.2F, 0.3F, 0.3F, 1}}};
    const std::vector<Face> faces = FiftyFaces();
    const VideoFrame out = graph.Apply(std::move(frame), faces);
    CHECK(out.picture.size() == PictureSize{size.height, size.width});
    CHECK(out.rotation == Rotation::k0);
    CHECK(out.picture.format() == PixelFormat::kI420);
    CHECK(graph.faces().size() == kMaxFaces);
    CHECK(graph.stats().failures == 0);
  }
}
