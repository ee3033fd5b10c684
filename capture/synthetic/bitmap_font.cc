// SPDX-License-Identifier: Apache-2.0
#include "capture/synthetic/bitmap_font.h"

#include <algorithm>
#include <cmath>

#include "capture/synthetic/paint.h"

namespace onair::capture {
namespace {

constexpr int kCellWidth = 5;
constexpr int kCellHeight = 7;
constexpr int kCellAdvance = 6;
constexpr std::string_view kLetters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ :-./";

struct Glyph {
  std::array<std::uint8_t, kCellHeight> rows;  // Bit 4 is the left dot.
};
// clang-format off
constexpr std::array<Glyph, 41> kGlyphTable = {{
  {{14, 17, 19, 21, 25, 17, 14}}, {{ 4, 12,  4,  4,  4,  4, 14}}, {{14, 17,  1,  6,  8, 16, 31}},
  {{14, 17,  1,  6,  1, 17, 14}}, {{ 2,  6, 10, 18, 31,  2,  2}}, {{31, 16, 30,  1,  1, 17, 14}},
  {{ 6,  8, 16, 30, 17, 17, 14}}, {{31,  1,  2,  4,  8,  8,  8}}, {{14, 17, 17, 14, 17, 17, 14}},
  {{14, 17, 17, 15,  1,  2, 12}},
  {{14, 17, 17, 31, 17, 17, 17}}, {{30, 17, 17, 30, 17, 17, 30}}, {{14, 17, 16, 16, 16, 17, 14}},
  {{30, 17, 17, 17, 17, 17, 30}}, {{31, 16, 16, 30, 16, 16, 31}}, {{31, 16, 16, 30, 16, 16, 16}},
  {{14, 17, 16, 23, 17, 17, 14}}, {{17, 17, 17, 31, 17, 17, 17}}, {{14,  4,  4,  4,  4,  4, 14}},
  {{ 1,  1,  1,  1,  1, 17, 14}}, {{17, 18, 20, 24, 20, 18, 17}}, {{16, 16, 16, 16, 16, 16, 31}},
  {{17, 27, 21, 21, 17, 17, 17}}, {{17, 25, 21, 19, 17, 17, 17}}, {{14, 17, 17, 17, 17, 17, 14}},
  {{30, 17, 17, 30, 16, 16, 16}}, {{14, 17, 17, 17, 21, 18, 13}}, {{30, 17, 17, 30, 20, 18, 17}},
  {{14, 17, 16, 14,  1, 17, 14}}, {{31,  4,  4,  4,  4,  4,  4}}, {{17, 17, 17, 17, 17, 17, 14}},
  {{17, 17, 17, 17, 17, 10,  4}}, {{17, 17, 17, 21, 21, 27, 17}}, {{17, 17, 10,  4, 10, 17, 17}},
  {{17, 17, 10,  4,  4,  4,  4}}, {{31,  1,  2,  4,  8, 16, 31}},
  {{ 0,  0,  0,  0,  0,  0,  0}}, {{ 0,  4,  4,  0,  4,  4,  0}}, {{ 0,  0,  0, 14,  0,  0,  0}},
  {{ 0,  0,  0,  0,  0,  6,  6}}, {{ 1,  1,  2,  4,  8, 16, 16}},
}};
// clang-format on
static_assert(kLetters.size() == kGlyphTable.size());

double Dot(const Glyph& glyph, int x, int y) {
  if (x < 0 || y < 0 || x >= kCellWidth || y >= kCellHeight) return 0;
  return (glyph.rows[static_cast<std::size_t>(y)] >> (kCellWidth - 1 - x) & 1) != 0 ? 1 : 0;
}

// The dots as a smooth field, cut at half with an edge one pixel wide: corners come out
// round and diagonals without steps.
double Coverage(const Glyph& glyph, double x, double y, double scale) {
  const double dot_x = x - 0.5;
  const double dot_y = y - 0.5;
  const int left = static_cast<int>(std::floor(dot_x));
  const int top = static_cast<int>(std::floor(dot_y));
  const double fx = dot_x - left;
  const double fy = dot_y - top;
  const double upper = Dot(glyph, left, top) * (1 - fx) + Dot(glyph, left + 1, top) * fx;
  const double lower = Dot(glyph, left, top + 1) * (1 - fx) + Dot(glyph, left + 1, top + 1) * fx;
  const double field = upper * (1 - fy) + lower * fy;
  return std::clamp(0.5 + (field - 0.45) * scale, 0.0, 1.0);
}

}  // namespace

BitmapFont::BitmapFont(int height)
    : height_(std::clamp(height, kCellHeight, 512)),
      width_(height_ * kCellWidth / kCellHeight),
      advance_(height_ * kCellAdvance / kCellHeight) {
  const double scale = static_cast<double>(height_) / kCellHeight;
  for (std::size_t i = 0; i < kGlyphs; ++i) {
    for (int y = 0; y < height_; ++y) {
      for (int x = 0; x < width_; ++x) {
        const double coverage =
            Coverage(kGlyphTable[i], (x + 0.5) / scale, (y + 0.5) / scale, scale);
        masks_[i].push_back(static_cast<std::uint8_t>(std::lround(255 * coverage)));
      }
    }
  }
}

BitmapFont BitmapFont::Fitting(int letters, int width, int height) {
  return BitmapFont(std::min(height, width * kCellHeight / (letters * kCellAdvance)));
}

void BitmapFont::Write(std::string_view text, int x, int y, std::uint8_t level,
                       const PictureBuilder& picture) const {
  const int rows = std::min(height_, picture.size().height - y);
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::size_t glyph = kLetters.find(text[i]);
    if (glyph == std::string_view::npos) continue;
    const int left = x + static_cast<int>(i) * advance_;
    const int columns = std::min(width_, picture.size().width - left);
    for (int row = 0; row < rows; ++row) {
      std::uint8_t* out = Row(picture.plane(0), y + row) + left;
      const std::uint8_t* mask = masks_[glyph].data() + static_cast<std::ptrdiff_t>(row) * width_;
      for (int column = 0; column < columns; ++column) {
        const int mixed = out[column] * (255 - mask[column]) + level * mask[column] + 127;
        out[column] = static_cast<std::uint8_t>(mixed / 255);
      }
    }
  }
}

}  // namespace onair::capture
