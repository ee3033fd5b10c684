// SPDX-License-Identifier: Apache-2.0
//
// Where quality should go in a picture, in no codec's words.
#pragma once

#include <cstddef>
#include <vector>

namespace onair {

// One rectangle in fractions of the picture: [0, 1], origin top left.
struct RoiRegion {
  float x = 0;        // Of its left edge.
  float y = 0;        // Of its upper edge.
  float width = 0;    // Of the picture's width; x + width <= 1.
  float height = 0;   // Of the picture's height; y + height <= 1.
  float quality = 0;  // [-1, +1]; +1 is the most an encoder gives, 0 changes nothing.

  bool operator==(const RoiRegion&) const = default;
};

// At most kMaxRegions rectangles; where they overlap the highest quality wins.
struct RoiMap {
  static constexpr std::size_t kMaxRegions = 16;
  std::vector<RoiRegion> regions;

  bool operator==(const RoiMap&) const = default;
};

}  // namespace onair
