// SPDX-License-Identifier: Apache-2.0
#include "samples/quality/clip.h"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdio>
#include <fstream>

namespace onair::samples {
namespace {

Clip FlatClip(PictureSize size, int count) {
  Clip clip{{}, size};
  for (int i = 0; i < count; ++i) {
    auto builder = *PictureBuilder::Allocate(PixelFormat::kI420, size);
    for (std::size_t p = 0; p < 3; ++p) {
      const int rows = p == 0 ? size.height : ChromaSide(size.height);
      std::fill_n(builder.plane(p).data, rows * builder.plane(p).stride_bytes, 120);
    }
    clip.pictures.push_back(std::move(builder).Freeze());
  }
  return clip;
}

// Standard deviation of luma about 120.
double Deviation(const Picture& picture) {
  double sum = 0;
  for (int y = 0; y < picture.size().height; ++y) {
    const PlaneView luma = picture.plane(0);
    for (int x = 0; x < picture.size().width; ++x) {
      sum += std::pow(luma.data[y * luma.stride_bytes + x] - 120.0, 2);
    }
  }
  return std::sqrt(sum / (picture.size().width * picture.size().height));
}

TEST_CASE("The size of a raw clip is read from its name") {
  CHECK(*SizeInName("/a/720x480/CiscoVT2people_320x192_12fps.yuv") == PictureSize{320, 192});
  CHECK(*SizeInName("box1x_64x48.yuv") == PictureSize{64, 48});
  CHECK_FALSE(SizeInName("/640x480/clip.yuv"));
  CHECK_FALSE(SizeInName("extra.yuv"));
}

TEST_CASE("A raw clip gives its whole pictures and no more than wanted") {
  const std::string path = "quality_test_16x8.yuv";
  std::ofstream(path, std::ios::binary) << std::string(16 * 8 * 3 / 2 * 3 + 5, 'x');
  CHECK(ReadClip(path, 100)->pictures.size() == 3);
  const auto two = ReadClip(path, 2);
  REQUIRE(two);
  CHECK(two->pictures.size() == 2);
  CHECK(two->pictures[1].plane(2).data[0] == 'x');
  std::remove(path.c_str());
}

TEST_CASE("A raw clip of odd size loses a row, and one under two pixels a side is refused") {
  const std::string odd = "quality_test_5x3.yuv", dot = "quality_test_1x1.yuv";
  std::ofstream(odd, std::ios::binary) << std::string(15 + 2 * 6, 'x');
  std::ofstream(dot, std::ios::binary) << "xxx";
  const auto clip = ReadClip(odd, 1);
  REQUIRE(clip);
  CHECK(clip->size == PictureSize{4, 2});
  CHECK(clip->pictures[0].size() == clip->size);
  CHECK(ReadClip(dot, 1).error().code == ErrorCode::kUnsupported);
  std::remove(odd.c_str());
  std::remove(dot.c_str());
}

TEST_CASE("Files that are no clips are refused") {
  CHECK(ReadClip("/nonexistent_16x8.yuv", 1).error().code == ErrorCode::kFileNotFound);
  CHECK(ReadClip("/nonexistent.yuv", 1).error().code == ErrorCode::kInvalidConfig);
  CHECK(ReadClip("/nonexistent.mp4", 1).error().code == ErrorCode::kFileNotFound);
}

TEST_CASE("Noise has the wanted strength, differs from picture to picture and can be repeated") {
  const Clip clip = FlatClip({320, 192}, 2);
  const auto noisy = WithNoise(clip, 3.6);
  REQUIRE(noisy);
  for (const Picture& picture : noisy->pictures) {
    CHECK(Deviation(picture) == Approx(3.6).epsilon(0.03));
  }
  const auto row = [](const Clip& c, std::size_t i) {
    const std::uint8_t* luma = c.pictures[i].plane(0).data;
    return std::vector<std::uint8_t>(luma, luma + 320);
  };
  CHECK(row(*noisy, 0) != row(*noisy, 1));
  CHECK(row(*noisy, 1) == row(*WithNoise(clip, 3.6), 1));
}

}  // namespace
}  // namespace onair::samples
