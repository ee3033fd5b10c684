// SPDX-License-Identifier: Apache-2.0
#include "samples/quality/beauty_looks.h"

#include <catch2/catch.hpp>
#include <set>

namespace onair::samples {
namespace {

Clip SkinClip(int count) {
  auto builder = *PictureBuilder::Allocate(PixelFormat::kI420, {320, 240});
  for (std::size_t p = 0; p < 3; ++p) {
    const Plane plane = builder.plane(p);
    for (int y = 0; y < (p == 0 ? 240 : 120); ++y) {
      for (int x = 0; x < (p == 0 ? 320 : 160); ++x) {
        const int luma = 110 + (x / 8 % 2) * 50 + (x * 7 + y * 13) % 17;
        plane.data[y * plane.stride_bytes + x] = static_cast<std::uint8_t>(p == 0   ? luma
                                                                           : p == 1 ? 110
                                                                                    : 150);
      }
    }
  }
  const Picture picture = std::move(builder).Freeze();
  return {std::vector<Picture>(static_cast<std::size_t>(count), picture), {320, 240}};
}
std::vector<Faces> OneFace(int count) {
  const FaceLandmarks marks{
      {0.42F, 0.42F}, {0.58F, 0.42F}, {0.5F, 0.5F}, {0.45F, 0.6F}, {0.55F, 0.6F}};
  const Faces faces{{1, {0.35F, 0.3F, 0.3F, 0.4F}, marks, 1}};
  return std::vector<Faces>(static_cast<std::size_t>(count), faces);
}
bool IsSame(const Picture& a, const Picture& b) {
  for (std::size_t p = 0; p < 3; ++p) {
    const PlaneView one = a.plane(p);
    const PlaneView other = b.plane(p);
    for (int y = 0; y < (p == 0 ? 240 : 120); ++y) {
      const int width = p == 0 ? 320 : 160;
      if (!std::equal(one.data + y * one.stride_bytes, one.data + y * one.stride_bytes + width,
                      other.data + y * other.stride_bytes)) {
        return false;
      }
    }
  }
  return true;
}

TEST_CASE("Every filter is measured alone, and each changes the picture it is timed on") {
  const Clip clip = SkinClip(20);
  const auto faces = OneFace(20);
  std::set<std::string> names;
  for (const BeautyLook& look : BeautyLooks(0.6F)) {
    INFO(look.name);
    CHECK(names.insert(look.name).second);
    const auto picture = PictureIn(look, clip, faces, 18);
    REQUIRE(picture);
    CHECK_FALSE(IsSame(*picture, clip.pictures[18]));
  }
  for (const char* name :
       {"smooth", "whiten", "ruddy", "sharpen", "slim", "eyes", "lut", "watermark", "all"}) {
    INFO(name);
    CHECK(names.count(name) == 1);
  }
  CHECK(IsSame(*PictureIn({"none", {}}, clip, faces, 3), clip.pictures[3]));
}

TEST_CASE("There is one time for each picture, of clips shorter than the warm-up too") {
  CHECK(TimeLook({"smooth", {.smooth = 1}}, SkinClip(12), OneFace(12))->size() == 12);
  CHECK(TimeLook({"smooth", {.smooth = 1}}, SkinClip(1), OneFace(1))->size() == 1);
}

TEST_CASE("Sliders out of range are refused") {
  const auto times = TimeLook({"smooth", {.smooth = 1.5F}}, SkinClip(1), OneFace(1));
  REQUIRE_FALSE(times);
  CHECK(times.error().code == ErrorCode::kInvalidConfig);
}

TEST_CASE("The measured table and logo are valid on pictures of any size") {
  const auto lut = beauty::CubeLut::Parse(WarmCube());
  REQUIRE(lut);
  CHECK(lut->size() == 33);
  CHECK(lut->At({0.5F, 0.5F, 0.5F})[0] > lut->At({0.5F, 0.5F, 0.5F})[2]);
  for (const PictureSize size : {PictureSize{1, 1}, {16, 16}, {1920, 1080}}) {
    CHECK(SampleMark(size).Validate());
  }
}

}  // namespace
}  // namespace onair::samples
