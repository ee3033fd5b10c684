// SPDX-License-Identifier: Apache-2.0
#include "beauty/filters/skin_pass.h"

#include <algorithm>
#include <cmath>
#include <cstring>

namespace onair::beauty {
namespace {

// Variance (codes^2) at which half of the detail stays. Pores and blemishes lie below 60,
// eyelids and lips above 300.
// Source: ours; looked at on a portrait and six clips at 0.3, 0.6 and 1, 2026-11.
constexpr float kSmoothBelow = 45;       // At the slider's low end.
constexpr float kSmoothBelowMore = 110;  // More of it at its high end.
constexpr float kEdgeAbove = 70;         // Sharpening begins here; sensor noise lies below 30.

constexpr float kMostSmooth = 0.86F;   // Never all of it: a trace of texture is skin.
constexpr float kPores = 0.60F;        // Of the finest detail given back.
constexpr float kMostSharpen = 0.40F;  // Of 4: a gain of 1.6 on fine detail.
constexpr float kMostWhiten = 0.34F;   // Of 2: up to 26 codes, at 2/3 of full luma.
constexpr float kZoneFloor = 0.35F;    // Skin colours far from the faces: hands, but walls too.

std::int16_t Q15(float value) {
  return static_cast<std::int16_t>(std::lround(std::clamp(value, 0.0F, 1.0F) * 32767));
}

// 20 pixels at 480 lines, 28 at 720, 36 at 1080: as faces grow.
int RadiusFor(PictureSize size) {
  const int side = std::min(size.width, size.height);
  return std::clamp((side + 120) / 270, 1, kCellPad / 2);
}

ClassifyParams ParamsFor(const SkinLook& look, int radius) {
  const float pixels = static_cast<float>((2 * radius + 1) * (2 * radius + 1) * kCell * kCell);
  const float below = kSmoothBelow + kSmoothBelowMore * look.smooth;
  const float length = std::max(std::hypot(look.tone.u, look.tone.v), 4.0F);
  // Saturation varies over a face more than hue does.
  const float along = std::max(0.60F * length, 9.0F), across = std::max(0.32F * length, 6.0F);
  ClassifyParams p{};
  p.inverse_box_pixels = 1 / pixels;
  p.smooth_below = below * below;
  p.edge_above = kEdgeAbove * kEdgeAbove;
  p.skin_calm = 0.55F;
  p.inverse_luma = 1 / std::clamp(look.tone.luma, 40.0F, 200.0F);
  p.dimmest = 0.45F;
  p.brightest = 1.15F;
  p.along_u = look.tone.u / length;
  p.along_v = look.tone.v / length;
  p.across_u = -p.along_v;
  p.across_v = p.along_u;
  p.saturation = length;
  p.inverse_saturation = 1 / length;
  p.inverse_along = 1 / (along * along);
  p.inverse_across = 1 / (across * across);
  p.zone_floor = 1 - (1 - kZoneFloor) * look.face_trust;
  p.zone_wide = 0.55F * look.face_trust;
  return p;
}

}  // namespace

void SkinPass::Resize(PictureSize size) {
  if (size == size_) return;
  size_ = size;
  radius_ = RadiusFor(size);
  const int columns = CellsAcross(size.width), rows = CellsAcross(size.height);
  for (auto* plane : {&luma_, &squares_, &u_, &v_}) plane->Resize(columns, rows);
  for (auto& plane : weights_) plane.Resize(columns, rows);
  for (auto& plane : maps_) plane.Resize(columns, rows);
  columns_.Resize(columns, 4);
  for (auto& across : zone_across_) across.resize(static_cast<std::size_t>(columns));
  for (auto& rows_of_map : wide_) {
    for (auto& row : rows_of_map) row.resize(static_cast<std::size_t>(columns) * kCell);
  }
  nothing_.assign(static_cast<std::size_t>(columns), 0);
  column_blur_.resize(static_cast<std::size_t>(size.width) + 2);
}

void SkinPass::Apply(const I420View& from, const SkinLook& look, std::span<const Face> faces,
                     const I420Planes& to) {
  Resize(from.size);
  Reduce(from);
  PlaceZones(faces, from.size);
  Classify(look);
  Spread(look);
  RetouchLuma(from, look, to);
  RetouchChroma(from, look, to);
}

void SkinPass::Reduce(const I420View& from) {
  const int last = size_.height - 1, last_chroma = ChromaSide(size_.height) - 1;
  for (int cell = 0; cell < luma_.rows(); ++cell) {
    std::array<const std::uint8_t*, kCell> rows;
    for (int i = 0; i < kCell; ++i) {
      rows[static_cast<std::size_t>(i)] = RowOf(from.planes[0], std::min(cell * kCell + i, last));
    }
    kernels_.reduce_luma(rows.data(), size_.width, luma_.Row(cell), squares_.Row(cell));
    for (std::size_t plane = 1; plane < 3; ++plane) {
      const std::array<const std::uint8_t*, 2> chroma{
          RowOf(from.planes[plane], std::min(cell * 2, last_chroma)),
          RowOf(from.planes[plane], std::min(cell * 2 + 1, last_chroma))};
      kernels_.reduce_chroma(chroma.data(), ChromaSide(size_.width),
                             (plane == 1 ? u_ : v_).Row(cell));
    }
  }
}

// Around each face an ellipse that holds the neck and little of what is beside: full within 0.6
// of its width and 3/4 of its height, nothing from 1.05 and 1.3 on.
void SkinPass::PlaceZones(std::span<const Face> faces, PictureSize size) {
  zone_count_ = 0;
  for (const Face& face : faces) {
    if (zone_count_ == kMaxZones) break;
    const auto i = static_cast<std::size_t>(zone_count_++);
    const float cell_width = static_cast<float>(kCell) / static_cast<float>(size.width);
    const float x = face.box.x + face.box.width / 2;
    const float inverse_width = 1 / (0.86F * face.box.width);
    for (std::size_t c = 0; c < zone_across_[i].size(); ++c) {
      const float d = ((static_cast<float>(c) + 0.5F) * cell_width - x) * inverse_width;
      zone_across_[i][c] = std::min(d * d, 1e6F);
    }
    zones_[i] = {face.box.y + face.box.height * 0.62F, 1 / (1.06F * face.box.height),
                 1.5F * std::clamp(face.presence, 0.0F, 1.0F)};
  }
}

void SkinPass::Classify(const SkinLook& look) {
  const ClassifyParams params = ParamsFor(look, radius_);
  const int columns = luma_.columns(), rows = luma_.rows();
  std::int32_t* const sums = columns_.Row(0);
  std::int32_t* const square_sums = columns_.Row(1);
  const auto row_at = [&](CellPlane<std::int32_t>& plane, int y) {
    return plane.Row(std::clamp(y, 0, rows - 1));
  };
  std::fill_n(sums, columns, 0);
  std::fill_n(square_sums, columns, 0);
  for (int y = -radius_; y < radius_; ++y) {
    kernels_.slide(sums, row_at(luma_, y), nothing_.data(), columns);
    kernels_.slide(square_sums, row_at(squares_, y), nothing_.data(), columns);
  }
  for (int y = 0; y < rows; ++y) {
    const auto* leave = y == 0 ? nothing_.data() : row_at(luma_, y - radius_ - 1);
    const auto* leave_squares = y == 0 ? nothing_.data() : row_at(squares_, y - radius_ - 1);
    kernels_.slide(sums, row_at(luma_, y + radius_), leave, columns);
    kernels_.slide(square_sums, row_at(squares_, y + radius_), leave_squares, columns);
    columns_.PadRow(0);
    columns_.PadRow(1);
    kernels_.box(sums, radius_, columns_.Row(2), columns);
    kernels_.box(square_sums, radius_, columns_.Row(3), columns);

    ClassifyRow row{columns_.Row(2),
                    columns_.Row(3),
                    luma_.Row(y),
                    u_.Row(y),
                    v_.Row(y),
                    {},
                    zone_count_,
                    weights_[kSmooth].Row(y),
                    weights_[kSmoothMean].Row(y),
                    weights_[kSkin].Row(y),
                    weights_[kEdge].Row(y)};
    const float at = (static_cast<float>(y) + 0.5F) * kCell / static_cast<float>(size_.height);
    for (std::size_t i = 0; i < static_cast<std::size_t>(zone_count_); ++i) {
      const float d = (at - zones_[i].y) * zones_[i].inverse_height;
      row.zones[i] = {zone_across_[i].data(), zones_[i].reach - std::min(d * d, 1e6F)};
    }
    kernels_.classify(row, params, columns);
  }
}

// Averages the cells' models over the box: soft edges of the mask come from here too.
void SkinPass::Spread(const SkinLook& look) {
  const int columns = luma_.columns(), rows = luma_.rows();
  const float amount = kMostSmooth * std::min(1.0F, 1.6F * look.smooth);
  const std::array<float, kMaps> full{amount * 32767 / 65536, amount * 128 / 1024,
                                      kMostSharpen * look.sharpen * 32767 / 65536,
                                      32767.0F / 65536};
  for (std::size_t map = 0; map < kMaps; ++map) {
    const auto row_at = [&](int y) { return weights_[map].Row(std::clamp(y, 0, rows - 1)); };
    // Light and colour end where the skin does: a wide feather would be a halo.
    const int radius = map == kSkin ? std::max(radius_ / 2, 1) : radius_;
    const auto cells = static_cast<float>((2 * radius + 1) * (2 * radius + 1));
    std::int32_t* const sums = columns_.Row(0);
    std::fill_n(sums, columns, 0);
    for (int y = -radius; y < radius; ++y) {
      kernels_.slide(sums, row_at(y), nothing_.data(), columns);
    }
    for (int y = 0; y < rows; ++y) {
      kernels_.slide(sums, row_at(y + radius), y == 0 ? nothing_.data() : row_at(y - radius - 1),
                     columns);
      columns_.PadRow(0);
      kernels_.box_to_map(sums, radius, full[map] / cells, maps_[map].Row(y), columns);
      maps_[map].PadRow(y);
    }
  }
}

void SkinPass::RetouchLuma(const I420View& from, const SkinLook& look, const I420Planes& to) {
  const int columns = luma_.columns(), rows = luma_.rows(), width = size_.width;
  int widened[2] = {-1, -1};  // Which row of cells each half of wide_ holds.
  const auto maps_of = [&](int cell_row) {
    const auto slot = static_cast<std::size_t>(cell_row % 2);
    if (widened[slot] != cell_row) {
      for (std::size_t map = 0; map < kMaps; ++map) {
        kernels_.expand4(maps_[map].Row(cell_row), wide_[map][slot].data(), columns);
      }
      widened[slot] = cell_row;
    }
    return MapRows{wide_[kSmooth][slot].data(), wide_[kSmoothMean][slot].data(),
                   wide_[kEdge][slot].data(), wide_[kSkin][slot].data()};
  };
  std::int16_t* const blur = column_blur_.data() + 1;
  const PlaneView in = from.planes[0];
  for (int y = 0; y < size_.height; ++y) {
    const CellsBetween at = CellRowsAt(y, kCell, rows);
    kernels_.blur_column(RowOf(in, std::max(y - 1, 0)), RowOf(in, y),
                         RowOf(in, std::min(y + 1, size_.height - 1)), blur, width);
    blur[-1] = blur[0];
    blur[width] = blur[width - 1];
    const RetouchLumaRow row{RowOf(in, y), blur, maps_of(at.from), maps_of(at.to),
                             RowOf(to.planes[0], y)};
    kernels_.retouch_luma(row, {at.part_q15, Q15(kPores), Q15(kMostWhiten * look.whiten)}, width);
  }
}

void SkinPass::RetouchChroma(const I420View& from, const SkinLook& look, const I420Planes& to) {
  const int width = ChromaSide(size_.width), height = ChromaSide(size_.height);
  const auto code = [](float value) { return static_cast<std::int16_t>(std::lround(value * 64)); };
  if (look.whiten <= 0 && look.ruddy <= 0) {
    for (std::size_t plane = 1; plane < 3; ++plane) {
      for (int y = 0; y < height; ++y) {
        std::memcpy(RowOf(to.planes[plane], y), RowOf(from.planes[plane], y),
                    static_cast<std::size_t>(width));
      }
    }
    return;
  }
  // Lighter skin is a little less yellow; rosy is red and a trace of blue, not orange.
  const RetouchChromaParams params{0, code(2.5F * look.whiten + 0.5F * look.ruddy),
                                   code(-1.0F * look.whiten), code(8 * look.ruddy)};
  const int columns = luma_.columns(), rows = luma_.rows();
  auto& wide = wide_[kSkin];
  int widened[2] = {-1, -1};
  const auto map_of = [&](int cell_row) {
    const auto slot = static_cast<std::size_t>(cell_row % 2);
    if (widened[slot] != cell_row) {
      kernels_.expand2(maps_[kSkin].Row(cell_row), wide[slot].data(), columns);
      widened[slot] = cell_row;
    }
    return wide[slot].data();
  };
  for (int y = 0; y < height; ++y) {
    const CellsBetween at = CellRowsAt(y, kCell / 2, rows);
    RetouchChromaParams here = params;
    here.part = at.part_q15;
    kernels_.retouch_chroma({RowOf(from.planes[1], y), RowOf(from.planes[2], y), map_of(at.from),
                             map_of(at.to), RowOf(to.planes[1], y), RowOf(to.planes[2], y)},
                            here, width);
  }
}

}  // namespace onair::beauty
