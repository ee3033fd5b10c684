// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/scaled_watermark.h"

#include <catch2/catch.hpp>

namespace onair {
namespace {

// 4x2: the left half red, the right half without colour and transparent.
beauty::Watermark RedHalf() {
  beauty::Watermark mark{.size = {4, 2}, .rgba = {}, .x = 100, .y = -40};
  for (int y = 0; y < 2; ++y) {
    for (int x = 0; x < 4; ++x) {
      const bool is_red = x < 2;
      mark.rgba.insert(mark.rgba.end(), {static_cast<std::uint8_t>(is_red ? 200 : 0), 0, 0,
                                         static_cast<std::uint8_t>(is_red ? 255 : 0)});
    }
  }
  return mark;
}

TEST_CASE("A watermark shrinks and moves with the picture below it") {
  const auto scaled = ScaledWatermark(RedHalf(), {640, 360}, {320, 180});
  CHECK(scaled.size == PictureSize{2, 1});
  CHECK(scaled.x == 50);
  CHECK(scaled.y == -20);
  CHECK(scaled.rgba == std::vector<std::uint8_t>{200, 0, 0, 255, 0, 0, 0, 0});
  CHECK(scaled.Validate());
}

TEST_CASE("Transparent pixels give alpha to a mean and no colour") {
  const auto scaled = ScaledWatermark(RedHalf(), {640, 360}, {160, 90});
  CHECK(scaled.size == PictureSize{1, 1});
  CHECK(scaled.rgba == std::vector<std::uint8_t>{200, 0, 0, 127});
}

TEST_CASE("A watermark for a picture of full size is as it was, and none shrinks to nothing") {
  CHECK(ScaledWatermark(RedHalf(), {640, 360}, {640, 360}).rgba == RedHalf().rgba);
  CHECK(ScaledWatermark(RedHalf(), {640, 360}, {16, 16}).Validate());
}

}  // namespace
}  // namespace onair
