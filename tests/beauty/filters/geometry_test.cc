// SPDX-License-Identifier: Apache-2.0
#include "beauty/filters/geometry.h"

#include <catch2/catch.hpp>
#include <tuple>

#include "tests/beauty/support/pictures.h"

using namespace onair;
using namespace onair::beauty;
using namespace onair::beauty::test;

namespace {

// Every sample tells where it was.
int Tell(std::size_t plane, int x, int y) {
  return static_cast<int>(plane) * 71 + x * 7 + y * 13;
}

Picture Nv12(PictureSize size) {
  auto builder = *PictureBuilder::Allocate(PixelFormat::kNv12, size);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      RowOf(builder.plane(0), y)[x] = static_cast<std::uint8_t>(Tell(0, x, y));
    }
  }
  for (int y = 0; y < ChromaSide(size.height); ++y) {
    for (int x = 0; x < ChromaSide(size.width); ++x) {
      RowOf(builder.plane(1), y)[2 * x] = static_cast<std::uint8_t>(Tell(1, x, y));
      RowOf(builder.plane(1), y)[2 * x + 1] = static_cast<std::uint8_t>(Tell(2, x, y));
    }
  }
  return std::move(builder).Freeze();
}

// Where the sample shown at x, y of the oriented plane was before.
std::pair<int, int> Before(Orientation o, int x, int y, int width, int height) {
  if (o.mirror == Mirror::kLeftRight) x = width - 1 - x;
  switch (o.turn) {
    case Rotation::k0:
      return {x, y};
    case Rotation::k90:
      return {y, width - 1 - x};
    case Rotation::k180:
      return {width - 1 - x, height - 1 - y};
    case Rotation::k270:
      return {height - 1 - y, x};
  }
  return {x, y};
}

constexpr std::array kTurns{Rotation::k0, Rotation::k90, Rotation::k180, Rotation::k270};

}  // namespace

TEST_CASE("Pictures of every size are turned and mirrored, out of I420 and NV12") {
  const auto [w, h] = GENERATE(std::pair(1, 1), std::pair(2, 2), std::pair(7, 5), std::pair(64, 6),
                               std::pair(53, 48));
  for (const Rotation turn : kTurns) {
    for (const Mirror mirror : {Mirror::kOff, Mirror::kLeftRight}) {
      for (const bool is_packed : {false, true}) {
        const Orientation o{turn, mirror};
        INFO(w << "x" << h << " turn " << static_cast<int>(turn) << " mirror "
               << static_cast<int>(mirror) << " packed " << is_packed);
        const Picture from = is_packed ? Nv12({w, h}) : Painted({w, h}, Tell);
        auto to = *PictureBuilder::Allocate(PixelFormat::kI420, OrientedSize({w, h}, o));
        Orient(from, o, PlanesOf(to));
        const Picture out = std::move(to).Freeze();
        for (std::size_t p = 0; p < 3; ++p) {
          const int width = PlaneWidth(out.size(), p), height = PlaneHeight(out.size(), p);
          for (int y = 0; y < height; ++y) {
            for (int x = 0; x < width; ++x) {
              const auto [bx, by] = Before(o, x, y, width, height);
              REQUIRE(At(out, p, x, y) == static_cast<std::uint8_t>(Tell(p, bx, by)));
            }
          }
        }
      }
    }
  }
}

TEST_CASE("A cut that is not inside or begins at an odd pixel is refused") {
  const Picture from = Flat({16, 16}, 50, 60, 70);
  auto to = *PictureBuilder::Allocate(PixelFormat::kI420, {8, 8});
  for (const PixelRect cut : {PixelRect{0, 0, 0, 4},
                              {0, 0, 4, -1},
                              {-2, 0, 4, 4},
                              {14, 0, 4, 4},
                              {0, 2'000'000'000, 4, 4},
                              {0, 0, 17, 4},
                              {1, 0, 4, 4},
                              {0, 3, 4, 4}}) {
    CHECK(CropScale(ViewOf(from), cut, PlanesOf(to)).error().code == ErrorCode::kInvalidConfig);
  }
}

TEST_CASE("A cut is scaled to the whole picture") {
  const Picture from = Painted({32, 32}, [](std::size_t, int x, int) { return x < 12 ? 20 : 200; });
  auto to = *PictureBuilder::Allocate(PixelFormat::kI420, {16, 16});
  REQUIRE(CropScale(ViewOf(from), {16, 8, 8, 8}, PlanesOf(to)));
  const Picture out = std::move(to).Freeze();
  CHECK(At(out, 0, 0, 0) == 200);
  CHECK(At(out, 0, 15, 15) == 200);
}

TEST_CASE("Regions follow the pixels") {
  const RoiMap map{{{0.1F, 0.2F, 0.3F, 0.4F, 0.5F}}};
  const auto moved = [&](Rotation turn, Mirror mirror) {
    const RoiRegion r = Oriented(map, {turn, mirror}).regions.at(0);
    return std::tuple(r.x, r.y, r.width, r.height);
  };
  const auto near = [](std::tuple<float, float, float, float> a, float x, float y, float w,
                       float h) {
    CHECK(std::get<0>(a) == Approx(x).margin(1e-6));
    CHECK(std::get<1>(a) == Approx(y).margin(1e-6));
    CHECK(std::get<2>(a) == Approx(w).margin(1e-6));
    CHECK(std::get<3>(a) == Approx(h).margin(1e-6));
  };
  near(moved(Rotation::k0, Mirror::kLeftRight), 0.6F, 0.2F, 0.3F, 0.4F);
  near(moved(Rotation::k90, Mirror::kOff), 0.4F, 0.1F, 0.4F, 0.3F);
  near(moved(Rotation::k180, Mirror::kOff), 0.6F, 0.4F, 0.3F, 0.4F);
  near(moved(Rotation::k270, Mirror::kLeftRight), 0.4F, 0.6F, 0.4F, 0.3F);
}

TEST_CASE("A mirrored face is still as the viewer sees it") {
  Face face{7,
            {0.1F, 0.2F, 0.3F, 0.4F},
            FaceLandmarks{{0.15F, 0.3F}, {0.35F, 0.3F}, {0.25F, 0.4F}, {0.2F, 0.5F}, {0.3F, 0.5F}},
            1};
  const Face out = Mirrored(face);
  CHECK(out.box.x == Approx(0.6F));
  CHECK(out.landmarks->right_eye.x == Approx(0.65F));
  CHECK(out.landmarks->right_eye.x < out.landmarks->left_eye.x);
  CHECK(out.landmarks->right_mouth_corner.x < out.landmarks->left_mouth_corner.x);
  CHECK(out.id == 7);
}
