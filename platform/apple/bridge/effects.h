// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "beauty/filters/cube_lut.h"
#include "beauty/filters/watermark.h"
#include "core/media/video_frame.h"

namespace onair::apple {

// In pixels of the picture below.
struct WatermarkPlace {
  std::int64_t width;
  std::int64_t height;
  std::int64_t x;
  std::int64_t y;
};

// On a copy. kInvalidConfig naming the argument.
Result<beauty::Watermark> MakeWatermark(const WatermarkPlace& place,
                                        std::span<const std::uint8_t> rgba) noexcept;

// What the graph takes of a filter's answer: pictures of two planes get three.
Result<Picture> FilteredOf(const Picture& answer) noexcept;

// As CubeLut::Parse().
Result<std::shared_ptr<const beauty::CubeLut>> ParseCube(const std::string& text) noexcept;

}  // namespace onair::apple
