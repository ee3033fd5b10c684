// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/scaled_watermark.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace onair {
namespace {

int Share(int value, int part, int whole) {
  return static_cast<int>(static_cast<std::int64_t>(value) * part / whole);
}

struct Box {
  int left;
  int top;
  int right;  // Behind the last one.
  int bottom;
};

// Where alpha is, there is the colour: transparent pixels have none to give.
std::array<std::uint8_t, 4> MeanOf(const beauty::Watermark& mark, const Box& box) {
  std::array<std::int64_t, 4> sum{};
  for (int y = box.top; y < box.bottom; ++y) {
    for (int x = box.left; x < box.right; ++x) {
      const auto at = static_cast<std::size_t>(y * mark.size.width + x) * 4;
      const std::int64_t alpha = mark.rgba[at + 3];
      for (std::size_t c = 0; c < 3; ++c) sum[c] += mark.rgba[at + c] * alpha;
      sum[3] += alpha;
    }
  }
  const std::int64_t count =
      static_cast<std::int64_t>(box.right - box.left) * (box.bottom - box.top);
  std::array<std::uint8_t, 4> mean{};
  if (sum[3] == 0) return mean;
  for (std::size_t c = 0; c < 3; ++c) mean[c] = static_cast<std::uint8_t>(sum[c] / sum[3]);
  mean[3] = static_cast<std::uint8_t>(sum[3] / count);
  return mean;
}

}  // namespace

beauty::Watermark ScaledWatermark(const beauty::Watermark& mark, PictureSize full,
                                  PictureSize picture) {
  if (picture == full || full.width <= 0 || full.height <= 0) return mark;
  beauty::Watermark scaled;
  scaled.size = {std::max(1, Share(mark.size.width, picture.width, full.width)),
                 std::max(1, Share(mark.size.height, picture.height, full.height))};
  scaled.x = Share(mark.x, picture.width, full.width);
  scaled.y = Share(mark.y, picture.height, full.height);
  scaled.rgba.reserve(static_cast<std::size_t>(scaled.size.width * scaled.size.height) * 4);
  for (int y = 0; y < scaled.size.height; ++y) {
    for (int x = 0; x < scaled.size.width; ++x) {
      Box box{Share(x, mark.size.width, scaled.size.width),
              Share(y, mark.size.height, scaled.size.height),
              Share(x + 1, mark.size.width, scaled.size.width),
              Share(y + 1, mark.size.height, scaled.size.height)};
      box.right = std::max(box.right, box.left + 1);
      box.bottom = std::max(box.bottom, box.top + 1);
      const auto pixel = MeanOf(mark, box);
      scaled.rgba.insert(scaled.rgba.end(), pixel.begin(), pixel.end());
    }
  }
  return scaled;
}

}  // namespace onair
