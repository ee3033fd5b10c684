// SPDX-License-Identifier: Apache-2.0
//
// Pictures whose colours are known.
#pragma once

#include <cstdlib>
#include <ostream>

#include "core/media/video_frame.h"

namespace onair::devices {

struct Colour {  // Limited range.
  int y = 0;
  int u = 0;
  int v = 0;
};
inline std::ostream& operator<<(std::ostream& out, const Colour& c) {
  return out << "Y" << c.y << " U" << c.u << " V" << c.v;
}

inline constexpr Colour kBlack{16, 128, 128};
// BT.601: red, green, blue, white.
inline constexpr Colour kQuarters[4] = {
    {81, 90, 240}, {145, 54, 34}, {41, 240, 110}, {235, 128, 128}};

inline bool IsNear(Colour a, Colour b, int tolerance = 6) {
  return std::abs(a.y - b.y) <= tolerance && std::abs(a.u - b.u) <= tolerance &&
         std::abs(a.v - b.v) <= tolerance;
}

inline Colour ColourAt(const Picture& picture, int x, int y) {
  const auto at = [](PlaneView plane, int column, int row) {
    return static_cast<int>(plane.data[row * plane.stride_bytes + column]);
  };
  if (picture.format() == PixelFormat::kI420) {
    return {at(picture.plane(0), x, y), at(picture.plane(1), x / 2, y / 2),
            at(picture.plane(2), x / 2, y / 2)};
  }
  return {at(picture.plane(0), x, y), at(picture.plane(1), x / 2 * 2, y / 2),
          at(picture.plane(1), x / 2 * 2 + 1, y / 2)};
}

template <typename ColourOf>
Picture Painted(PictureSize size, PixelFormat format, ColourOf colour_of) {
  auto builder = PictureBuilder::Allocate(format, size);
  for (int y = 0; y < size.height; ++y) {
    for (int x = 0; x < size.width; ++x) {
      const Colour colour = colour_of(x, y);
      builder->plane(0).data[y * builder->plane(0).stride_bytes + x] =
          static_cast<std::uint8_t>(colour.y);
      const int u_at = format == PixelFormat::kI420 ? x / 2 : x / 2 * 2;
      const std::size_t v_plane = format == PixelFormat::kI420 ? 2 : 1;
      const int v_at = format == PixelFormat::kI420 ? x / 2 : x / 2 * 2 + 1;
      builder->plane(1).data[y / 2 * builder->plane(1).stride_bytes + u_at] =
          static_cast<std::uint8_t>(colour.u);
      builder->plane(v_plane).data[y / 2 * builder->plane(v_plane).stride_bytes + v_at] =
          static_cast<std::uint8_t>(colour.v);
    }
  }
  return std::move(*builder).Freeze();
}

// Red, green over blue, white.
inline Picture Quarters(PictureSize size, PixelFormat format) {
  return Painted(size, format, [size](int x, int y) {
    return kQuarters[(x >= size.width / 2 ? 1 : 0) + (y >= size.height / 2 ? 2 : 0)];
  });
}

}  // namespace onair::devices
