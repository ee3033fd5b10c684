// SPDX-License-Identifier: Apache-2.0
//
// A picture with alpha laid over another: logos, stickers, time stamps.
#pragma once

#include <cstdint>
#include <vector>

#include "beauty/filters/i420.h"
#include "core/base/result.h"

namespace onair::beauty {

// What is laid over pictures, and where.
struct Watermark {
  PictureSize size;                // Pixels, each side 1..kMaxPictureSide.
  std::vector<std::uint8_t> rgba;  // size.width * size.height * 4, straight alpha, top row first.
  int x = 0;                       // Pixels from the left of the picture below; may be negative.
  int y = 0;                       // Pixels from its top; may be negative.

  // Ok, or kInvalidConfig for sides outside 1..kMaxPictureSide or another number of bytes.
  [[nodiscard]] Status Validate() const;
};

// A watermark turned into the colours and chroma grid of one picture size. Value.
class WatermarkLayer {
 public:
  // `mark` is valid.
  WatermarkLayer(const Watermark& mark, PictureSize picture);

  // The size of pictures that it was made for.
  PictureSize picture() const { return picture_; }

  // Lays it over `planes`, of the size it was made for.
  void Draw(const I420Planes& planes) const;

 private:
  struct Layer {
    int x = 0;  // In samples of the plane; the layer lies inside the plane.
    int y = 0;
    int width = 0;
    int height = 0;
    std::vector<std::uint8_t> value;  // Already multiplied by alpha.
    std::vector<std::uint8_t> keep;   // 255 - alpha: how much of the picture stays.
  };
  PictureSize picture_;
  std::array<Layer, 3> layers_;
};

}  // namespace onair::beauty
