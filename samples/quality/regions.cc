// SPDX-License-Identifier: Apache-2.0
#include "samples/quality/regions.h"

#include <algorithm>
#include <cmath>

namespace onair::samples {
namespace {

constexpr double kRingWidth = 0.5;  // Of the face.

}  // namespace

RegionMask::RegionMask(PictureSize size, std::span<const FaceBox> faces)
    : size_(size),
      parts_(static_cast<std::size_t>(size.width) * static_cast<std::size_t>(size.height), kFar) {
  for (const bool is_ring : {true, false}) {
    for (const FaceBox& face : faces) {
      const double x = face.x * static_cast<double>(size.width);
      const double y = face.y * static_cast<double>(size.height);
      const double width = face.width * static_cast<double>(size.width);
      const double height = face.height * static_cast<double>(size.height);
      const double grow = is_ring ? kRingWidth * width : 0;
      Fill(x - grow, y - grow, x + width + grow, y + height + grow, is_ring ? kNear : kFace);
    }
  }
}

void RegionMask::Fill(double x0, double y0, double x1, double y1, Part part) {
  const auto whole = [](double v, int bound) {
    return static_cast<int>(std::clamp(std::ceil(v - 0.5), 0.0, static_cast<double>(bound)));
  };
  const int left = whole(x0, size_.width);
  const int right = whole(x1, size_.width);
  for (int y = whole(y0, size_.height); y < whole(y1, size_.height); ++y) {
    const auto row = parts_.begin() + static_cast<std::ptrdiff_t>(y) * size_.width;
    if (right > left) std::fill(row + left, row + right, part);
  }
}

}  // namespace onair::samples
