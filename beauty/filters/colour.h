// SPDX-License-Identifier: Apache-2.0
//
// From RGB to the limited-range YUV of this library and back.
#pragma once

#include <algorithm>

#include "beauty/filters/cube_lut.h"
#include "core/media/video_frame.h"

namespace onair::beauty {

// Luma weights. ITU-R BT.709-6 and BT.601-7, as core/media/video_frame.h divides them.
struct ColourMatrix {
  float red;
  float blue;
};
constexpr ColourMatrix MatrixFor(PictureSize size) {
  return size.height >= 720 ? ColourMatrix{0.2126F, 0.0722F} : ColourMatrix{0.299F, 0.114F};
}

// 8-bit codes, not rounded: Y 16..235, U and V 16..240.
struct Yuv {
  float y;
  float u;
  float v;
};

inline Yuv ToYuv(const Rgb& c, ColourMatrix m) {
  const float luma = m.red * c[0] + (1 - m.red - m.blue) * c[1] + m.blue * c[2];
  return {16 + 219 * luma, 128 + 112 * (c[2] - luma) / (1 - m.blue),
          128 + 112 * (c[0] - luma) / (1 - m.red)};
}

inline Rgb ToRgb(const Yuv& c, ColourMatrix m) {
  const float luma = (c.y - 16) / 219;
  const float red = luma + (c.v - 128) / 112 * (1 - m.red);
  const float blue = luma + (c.u - 128) / 112 * (1 - m.blue);
  return {red, (luma - m.red * red - m.blue * blue) / (1 - m.red - m.blue), blue};
}

}  // namespace onair::beauty
