// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "core/media/video_frame.h"

namespace onair::capture {

// Text on the luma plane from a 5x7 bitmap font of our own, enlarged with round edges.
// Knows digits, capitals and " :-./"; others are left blank. Immutable.
class BitmapFont {
 public:
  // `height` of a capital letter in pixels, [7, 512]; others are clamped.
  explicit BitmapFont(int height);

  // The largest font in which `letters` characters fit into `width` pixels, not above
  // `height`.
  static BitmapFont Fitting(int letters, int width, int height);

  // Writes with its top left corner at x, y; what leaves the picture is cut off.
  void Write(std::string_view text, int x, int y, std::uint8_t level,
             const PictureBuilder& picture) const;

  int height() const { return height_; }
  int advance() const { return advance_; }  // From letter to letter, pixels.

 private:
  static constexpr std::size_t kGlyphs = 41;
  using Mask = std::vector<std::uint8_t>;  // Coverage 0..255, width_ * height_.

  int height_;
  int width_;
  int advance_;
  std::array<Mask, kGlyphs> masks_;
};

}  // namespace onair::capture
