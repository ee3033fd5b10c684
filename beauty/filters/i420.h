// SPDX-License-Identifier: Apache-2.0
//
// Borrowed I420 pixels, the form in which every filter of this room works. Values: they own
// nothing and are valid as long as the memory behind them.
#pragma once

#include <array>
#include <cstddef>

#include "core/media/video_frame.h"

namespace onair::beauty {

// Pixels to read: Y, U, V.
struct I420View {
  std::array<PlaneView, 3> planes;  // Y, U, V; borrowed.
  PictureSize size;  // Of the picture, in pixels; chroma has half of each side, rounded up.
};

// Pixels to write: Y, U, V.
struct I420Planes {
  std::array<Plane, 3> planes;  // Y, U, V; borrowed.
  PictureSize size;             // As of I420View.

  // The same pixels, to read.
  I420View View() const {
    I420View view{{}, size};
    for (std::size_t i = 0; i < 3; ++i) view.planes[i] = {planes[i].data, planes[i].stride_bytes};
    return view;
  }
};

// `picture` must be I420.
inline I420View ViewOf(const Picture& picture) {
  return {{picture.plane(0), picture.plane(1), picture.plane(2)}, picture.size()};
}

// `picture` must be I420.
inline I420Planes PlanesOf(const PictureBuilder& picture) {
  return {{picture.plane(0), picture.plane(1), picture.plane(2)}, picture.size()};
}

// First byte of row `y`, counted from the top; not checked.
inline const std::uint8_t* RowOf(PlaneView plane, int y) {
  return plane.data + static_cast<std::ptrdiff_t>(y) * plane.stride_bytes;
}
// The same, to write.
inline std::uint8_t* RowOf(Plane plane, int y) {
  return plane.data + static_cast<std::ptrdiff_t>(y) * plane.stride_bytes;
}

}  // namespace onair::beauty
