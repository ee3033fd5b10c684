// SPDX-License-Identifier: Apache-2.0
//
// Where things are on the test picture, in fractions of its sides, so that a scaled copy is
// read the same way as the original.
#pragma once

#include <cmath>

#include "core/media/video_frame.h"

namespace onair::capture {

struct Area {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
};

inline constexpr int kColumns = 26;
inline constexpr int kRows = 36;

// An area in units of 1/26 of the width and 1/36 of the height.
inline Area Place(PictureSize size, double column, double row, double columns, double rows) {
  const double unit_x = static_cast<double>(size.width) / kColumns;
  const double unit_y = static_cast<double>(size.height) / kRows;
  const int left = static_cast<int>(std::lround(column * unit_x));
  const int top = static_cast<int>(std::lround(row * unit_y));
  const int right = static_cast<int>(std::lround((column + columns) * unit_x));
  const int bottom = static_cast<int>(std::lround((row + rows) * unit_y));
  return {left, top, right - left, bottom - top};
}

inline bool IsLandscape(PictureSize size) {
  return size.width >= size.height;
}

// Top to bottom: bars, grey ramp, hues, a band with words and moving things, the stamp.
inline Area BarsArea(PictureSize size) {
  return Place(size, 0, 0, 26, 14);
}
inline Area RampArea(PictureSize size) {
  return Place(size, 0, 14, 26, 1.5);
}
inline Area HueArea(PictureSize size) {
  return Place(size, 0, 15.5, 26, 1.5);
}
inline Area TextArea(PictureSize size) {
  return IsLandscape(size) ? Place(size, 1, 18.5, 12.5, 10.5) : Place(size, 1, 18.2, 24, 5.6);
}
inline Area DialArea(PictureSize size) {
  return IsLandscape(size) ? Place(size, 14, 18.5, 3, 5) : Place(size, 1, 24.4, 4, 2.6);
}
inline Area FlashArea(PictureSize size) {
  return IsLandscape(size) ? Place(size, 14, 24, 3, 5) : Place(size, 1, 27.2, 4, 2.6);
}
inline Area TextureArea(PictureSize size) {
  return IsLandscape(size) ? Place(size, 17.5, 18.5, 7.5, 10.5) : Place(size, 5.5, 24.4, 19.5, 5.4);
}
inline Area StampPanel(PictureSize size) {
  return Place(size, 0, 30, 26, 6);
}
inline Area StampCell(PictureSize size, int column, int row) {
  return Place(size, 1 + column, 31 + row, 1, 1);
}

// The middle of an area, where neither scaling nor coding brings its neighbours in.
inline Area Core(const Area& area) {
  return {area.x + area.width / 4, area.y + area.height / 4, area.width - area.width / 4 * 2,
          area.height - area.height / 4 * 2};
}

// Mean luma; the area lies inside the picture and is not empty.
inline double MeanLuma(const Picture& picture, const Area& area) {
  const PlaneView luma = picture.plane(0);
  long long sum = 0;
  for (int y = area.y; y < area.y + area.height; ++y) {
    const std::uint8_t* row = luma.data + static_cast<std::ptrdiff_t>(y) * luma.stride_bytes;
    for (int x = area.x; x < area.x + area.width; ++x) sum += row[x];
  }
  return static_cast<double>(sum) / (static_cast<double>(area.width) * area.height);
}

}  // namespace onair::capture
