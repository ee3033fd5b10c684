// SPDX-License-Identifier: Apache-2.0
//
// Pictures for the tests of the beauty rooms.
#pragma once

#include <functional>
#include <utility>

#include "beauty/filters/i420.h"
#include "core/base/rng.h"

namespace onair::beauty::test {

inline int PlaneWidth(PictureSize size, std::size_t plane) {
  return plane == 0 ? size.width : ChromaSide(size.width);
}
inline int PlaneHeight(PictureSize size, std::size_t plane) {
  return plane == 0 ? size.height : ChromaSide(size.height);
}

using Painter = std::function<int(std::size_t plane, int x, int y)>;

inline void Paint(const I420Planes& to, const Painter& painter) {
  for (std::size_t p = 0; p < 3; ++p) {
    for (int y = 0; y < PlaneHeight(to.size, p); ++y) {
      for (int x = 0; x < PlaneWidth(to.size, p); ++x) {
        RowOf(to.planes[p], y)[x] = static_cast<std::uint8_t>(painter(p, x, y));
      }
    }
  }
}

inline Picture Painted(PictureSize size, const Painter& painter) {
  auto builder = *PictureBuilder::Allocate(PixelFormat::kI420, size);
  Paint(PlanesOf(builder), painter);
  return std::move(builder).Freeze();
}

inline Picture Flat(PictureSize size, int y, int u, int v) {
  return Painted(size, [=](std::size_t p, int, int) { return p == 0 ? y : p == 1 ? u : v; });
}

inline int At(const Picture& picture, std::size_t plane, int x, int y) {
  return RowOf(picture.plane(plane), y)[x];
}

// Whether all samples are equal.
inline bool SamePixels(const Picture& a, const Picture& b) {
  if (a.size() != b.size()) return false;
  for (std::size_t p = 0; p < 3; ++p) {
    for (int y = 0; y < PlaneHeight(a.size(), p); ++y) {
      for (int x = 0; x < PlaneWidth(a.size(), p); ++x) {
        if (At(a, p, x, y) != At(b, p, x, y)) return false;
      }
    }
  }
  return true;
}

}  // namespace onair::beauty::test
