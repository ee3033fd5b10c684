// SPDX-License-Identifier: Apache-2.0
//
// Colours and plain areas on an I420 picture under construction.
#pragma once

#include <cstdint>
#include <cstring>

#include "capture/synthetic/layout.h"
#include "core/media/video_frame.h"

namespace onair::capture {

struct Yuv {
  std::uint8_t y = 16;
  std::uint8_t u = 128;
  std::uint8_t v = 128;
};
inline constexpr Yuv kBlack{16, 128, 128};
inline constexpr Yuv kWhite{235, 128, 128};

// R, G, B in [0, 1] to limited range, by the matrix that PixelFormat promises for this
// height: ITU-R BT.709 section 3, ITU-R BT.601 section 2.5.
inline Yuv FromRgb(double r, double g, double b, PictureSize size) {
  const bool is_hd = size.height >= 720;
  const double kr = is_hd ? 0.2126 : 0.299;
  const double kb = is_hd ? 0.0722 : 0.114;
  const double y = kr * r + (1 - kr - kb) * g + kb * b;
  const auto level = [](double v) { return static_cast<std::uint8_t>(std::lround(v)); };
  return {level(16 + 219 * y), level(128 + 224 * (b - y) / (2 * (1 - kb))),
          level(128 + 224 * (r - y) / (2 * (1 - kr)))};
}

inline std::uint8_t* Row(const Plane& plane, int y) {
  return plane.data + static_cast<std::ptrdiff_t>(y) * plane.stride_bytes;
}

inline void FillLuma(const PictureBuilder& picture, const Area& area, std::uint8_t level) {
  for (int y = area.y; y < area.y + area.height; ++y) {
    std::memset(Row(picture.plane(0), y) + area.x, level, static_cast<std::size_t>(area.width));
  }
}

// The chroma samples that an area touches.
inline Area ChromaOf(const Area& area) {
  const int left = area.x / 2;
  const int top = area.y / 2;
  return {left, top, (area.x + area.width + 1) / 2 - left, (area.y + area.height + 1) / 2 - top};
}

inline void Fill(const PictureBuilder& picture, const Area& area, const Yuv& colour) {
  FillLuma(picture, area, colour.y);
  const Area chroma = ChromaOf(area);
  for (int y = chroma.y; y < chroma.y + chroma.height; ++y) {
    const auto width = static_cast<std::size_t>(chroma.width);
    std::memset(Row(picture.plane(1), y) + chroma.x, colour.u, width);
    std::memset(Row(picture.plane(2), y) + chroma.x, colour.v, width);
  }
}

}  // namespace onair::capture
