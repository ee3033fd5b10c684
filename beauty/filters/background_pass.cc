// SPDX-License-Identifier: Apache-2.0
#include "beauty/filters/background_pass.h"

#include <algorithm>
#include <cmath>

namespace onair::beauty {
namespace {

constexpr int kRadius = 1;      // A mean over 12x12 pixels.
constexpr float kMost = 0.85F;  // Never all of it: a smeared wall draws the eye.
constexpr float kRamp = 0.12F;  // Of the picture's longer side, from sharp to soft.

// Distance from a span along one axis, 0 inside.
float Outside(float at, float begin, float length) {
  return std::max({begin - at, at - begin - length, 0.0F});
}

}  // namespace

void BackgroundPass::Apply(float strength, const RoiMap& map, const I420Planes& planes) {
  const bool has_region = std::any_of(map.regions.begin(), map.regions.end(),
                                      [](const RoiRegion& r) { return r.quality > 0; });
  if (!has_region || !(strength > 0)) return;
  Resize(planes.size);
  Weigh(strength, map);
  for (std::size_t plane = 0; plane < 3; ++plane) Soften(planes, plane);
}

void BackgroundPass::Resize(PictureSize size) {
  if (size == size_) return;
  size_ = size;
  const int columns = CellsAcross(size.width), rows = CellsAcross(size.height);
  sums_.Resize(columns, rows);
  columns_.Resize(columns, 1);
  weight_.Resize(columns, rows);
  mean_.Resize(columns, rows);
  unused_squares_.resize(static_cast<std::size_t>(columns));
  nothing_.assign(static_cast<std::size_t>(columns), 0);
  for (auto* rows_of : {&wide_weight_, &wide_mean_}) {
    for (auto& row : *rows_of) row.resize(static_cast<std::size_t>(columns) * kCell);
  }
}

// A region's sharp part shrinks with its quality: at 0 there is none.
void BackgroundPass::Weigh(float strength, const RoiMap& map) {
  const auto longer = static_cast<float>(std::max(size_.width, size_.height));
  const float ramp = kRamp * longer;
  for (int row = 0; row < weight_.rows(); ++row) {
    const float y = (static_cast<float>(row) + 0.5F) * kCell;
    for (int column = 0; column < weight_.columns(); ++column) {
      const float x = (static_cast<float>(column) + 0.5F) * kCell;
      float soft = 1;
      std::size_t looked_at = 0;
      for (const RoiRegion& r : map.regions) {
        if (++looked_at > RoiMap::kMaxRegions) break;
        if (!(r.quality > 0)) continue;
        const auto w = static_cast<float>(size_.width), h = static_cast<float>(size_.height);
        const float dx = Outside(x, r.x * w, r.width * w), dy = Outside(y, r.y * h, r.height * h);
        const float away = std::min(std::sqrt(dx * dx + dy * dy) / ramp, 1.0F);
        const float quality = std::min(r.quality, 1.0F);
        soft = std::min(soft, 1 - quality * (1 - away * away * (3 - 2 * away)));
      }
      if (!(soft >= 0)) soft = 0;  // A region that is not a number.
      weight_.Row(row)[column] =
          static_cast<std::int16_t>(std::lround(32767 * kMost * std::min(strength, 1.0F) * soft));
    }
    weight_.PadRow(row);
  }
}

void BackgroundPass::Soften(const I420Planes& planes, std::size_t plane) {
  const bool is_luma = plane == 0;
  const int per_cell = is_luma ? kCell : kCell / 2;
  const int width = is_luma ? size_.width : ChromaSide(size_.width);
  const int height = is_luma ? size_.height : ChromaSide(size_.height);
  const int columns = sums_.columns(), rows = sums_.rows();
  for (int cell = 0; cell < rows; ++cell) {
    std::array<const std::uint8_t*, kCell> in;
    for (int i = 0; i < kCell; ++i) {
      in[static_cast<std::size_t>(i)] =
          RowOf(planes.planes[plane], std::min(cell * per_cell + i, height - 1));
    }
    if (is_luma) {
      kernels_.reduce_luma(in.data(), width, sums_.Row(cell), unused_squares_.data());
    } else {
      kernels_.reduce_chroma(in.data(), width, sums_.Row(cell));
    }
  }
  const float pixels =
      static_cast<float>((2 * kRadius + 1) * (2 * kRadius + 1) * per_cell * per_cell);
  const auto row_at = [&](int y) { return sums_.Row(std::clamp(y, 0, rows - 1)); };
  for (int cell = 0; cell < rows; ++cell) {
    std::int32_t* const sums = columns_.Row(0);
    std::fill_n(sums, columns, 0);
    for (int k = -kRadius; k <= kRadius; ++k) {
      kernels_.slide(sums, row_at(cell + k), nothing_.data(), columns);
    }
    columns_.PadRow(0);
    kernels_.box_to_map(sums, kRadius, 128 / pixels, mean_.Row(cell), columns);
    for (int i = 0; i < columns; ++i) {
      mean_.Row(cell)[i] =
          static_cast<std::int16_t>((mean_.Row(cell)[i] * weight_.Row(cell)[i] + 0x4000) >> 15);
    }
    mean_.PadRow(cell);
  }
  const auto expand = is_luma ? kernels_.expand4 : kernels_.expand2;
  std::array<int, 2> widened{-1, -1};
  const auto widen = [&](int cell) {
    const auto slot = static_cast<std::size_t>(cell % 2);
    if (widened[slot] != cell) {
      expand(weight_.Row(cell), wide_weight_[slot].data(), columns);
      expand(mean_.Row(cell), wide_mean_[slot].data(), columns);
      widened[slot] = cell;
    }
    return slot;
  };
  for (int y = 0; y < height; ++y) {
    const CellsBetween at = CellRowsAt(y, per_cell, rows);
    const std::size_t from = widen(at.from), to = widen(at.to);
    kernels_.soften({wide_weight_[from].data(), wide_weight_[to].data(), wide_mean_[from].data(),
                     wide_mean_[to].data(), RowOf(planes.planes[plane], y)},
                    at.part_q15, width);
  }
}

}  // namespace onair::beauty
