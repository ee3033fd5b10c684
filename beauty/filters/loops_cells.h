// SPDX-License-Identifier: Apache-2.0
//
// Statistics of cells, sums over boxes of them, and what is skin and what detail.
#pragma once

#include "beauty/filters/loops.h"

namespace onair::beauty {
namespace {

void ReduceLumaCell(const std::uint8_t* const* rows, int width, int cell, std::int32_t* sum,
                    std::int32_t* squares) {
  std::int32_t total = 0, total_squares = 0;
  for (int y = 0; y < kCell; ++y) {
    for (int x = 0; x < kCell; ++x) {
      const int value = rows[y][Clamped(cell * kCell + x, width - 1)];
      total += value;
      total_squares += value * value;
    }
  }
  sum[cell] = total;
  squares[cell] = total_squares;
}

void ReduceChromaCell(const std::uint8_t* const* rows, int width, int cell, std::int32_t* sum) {
  const int left = cell * 2, right = Clamped(left + 1, width - 1);
  sum[cell] = rows[0][left] + rows[0][right] + rows[1][left] + rows[1][right];
}

template <typename L>
void ReduceLuma(const std::uint8_t* const* rows, int width, std::int32_t* sum,
                std::int32_t* squares) {
  int cell = 0;
  if constexpr (L::k16 > 1) {
    const auto ones = L::Set16(1);
    // Two vectors of pixels make one of cells.
    for (; (cell + L::k32) * kCell <= width; cell += L::k32) {
      typename L::I32 parts[2], square_parts[2];
      for (int half = 0; half < 2; ++half) {
        const int x = cell * kCell + half * L::k16;
        auto column = L::LoadBytes(rows[0] + x);
        auto squared = L::MulAddPairs(column, column);
        for (int y = 1; y < kCell; ++y) {
          const auto pixels = L::LoadBytes(rows[y] + x);
          column = L::Add(column, pixels);
          squared = L::Add32(squared, L::MulAddPairs(pixels, pixels));
        }
        parts[half] = L::MulAddPairs(column, ones);
        square_parts[half] = squared;
      }
      L::Store32(sum + cell, L::AddPairs(parts[0], parts[1]));
      L::Store32(squares + cell, L::AddPairs(square_parts[0], square_parts[1]));
    }
  }
  for (; cell < CellsOf(width, kCell); ++cell) ReduceLumaCell(rows, width, cell, sum, squares);
}

template <typename L>
void ReduceChroma(const std::uint8_t* const* rows, int width, std::int32_t* sum) {
  int cell = 0;
  if constexpr (L::k16 > 1) {
    const auto ones = L::Set16(1);
    for (; (cell + L::k32) * 2 <= width; cell += L::k32) {
      const auto column =
          L::Add(L::LoadBytes(rows[0] + cell * 2), L::LoadBytes(rows[1] + cell * 2));
      L::Store32(sum + cell, L::MulAddPairs(column, ones));
    }
  }
  for (; cell < CellsOf(width, 2); ++cell) ReduceChromaCell(rows, width, cell, sum);
}

template <typename L>
void SlideAt(std::int32_t* acc, const std::int32_t* enter, const std::int32_t* leave, int i) {
  const auto change = L::Sub32(L::Load32(enter + i), L::Load32(leave + i));
  L::Store32(acc + i, L::Add32(L::Load32(acc + i), change));
}
template <typename L>
void Slide(std::int32_t* acc, const std::int32_t* enter, const std::int32_t* leave, int cells) {
  ForEach<L, L::k32>(
      cells, [&](int i) { SlideAt<L>(acc, enter, leave, i); },
      [&](int i) { SlideAt<Plain>(acc, enter, leave, i); });
}

template <typename L>
typename L::I32 BoxAt(const std::int32_t* in, int radius, int i) {
  auto sum = L::Load32(in + i - radius);
  for (int k = 1 - radius; k <= radius; ++k) sum = L::Add32(sum, L::Load32(in + i + k));
  return sum;
}
template <typename L>
void Box(const std::int32_t* in, int radius, std::int32_t* out, int cells) {
  ForEach<L, L::k32>(
      cells, [&](int i) { L::Store32(out + i, BoxAt<L>(in, radius, i)); },
      [&](int i) { out[i] = BoxAt<Plain>(in, radius, i); });
}

template <typename L>
typename L::I32 ScaledBoxAt(const std::int32_t* in, int radius, float scale, int i) {
  return L::ToInt(L::MulF(L::ToFloat(BoxAt<L>(in, radius, i)), L::SetF(scale)));
}
template <typename L>
void BoxToMap(const std::int32_t* in, int radius, float scale, std::int16_t* out, int cells) {
  int i = 0;
  if constexpr (L::k16 > 1) {
    for (; i + L::k16 <= cells; i += L::k16) {
      L::Store16(out + i, L::Pack(ScaledBoxAt<L>(in, radius, scale, i),
                                  ScaledBoxAt<L>(in, radius, scale, i + L::k32)));
    }
  }
  for (; i < cells; ++i) out[i] = Plain::Saturate(ScaledBoxAt<Plain>(in, radius, scale, i));
}

// 1 within a face, 0 far from all.
template <typename L>
typename L::F32 ZoneAt(const ClassifyRow& row, int i) {
  auto zone = L::SetF(0);
  for (int k = 0; k < row.zone_count; ++k) {
    const ZoneRow& face = row.zones[k];
    zone = L::MaxF(zone, L::SubF(L::SetF(face.inside), L::LoadF(face.across + i)));
  }
  return Clamp01<L>(zone);
}

template <typename L>
typename L::F32 SkinAt(const ClassifyRow& row, const ClassifyParams& p, int i) {
  const auto luma = L::MulF(L::ToFloat(L::Load32(row.luma + i)), L::SetF(1.0F / 16));
  const auto u = L::SubF(L::MulF(L::ToFloat(L::Load32(row.u + i)), L::SetF(0.25F)), L::SetF(128));
  const auto v = L::SubF(L::MulF(L::ToFloat(L::Load32(row.v + i)), L::SetF(0.25F)), L::SetF(128));
  // Darker skin has less chroma: the tone moves towards grey with luma.
  const auto scale = L::MinF(L::MaxF(L::MulF(luma, L::SetF(p.inverse_luma)), L::SetF(p.dimmest)),
                             L::SetF(p.brightest));
  const auto along =
      L::SubF(L::AddF(L::MulF(u, L::SetF(p.along_u)), L::MulF(v, L::SetF(p.along_v))),
              L::MulF(scale, L::SetF(p.saturation)));
  const auto across = L::AddF(L::MulF(u, L::SetF(p.across_u)), L::MulF(v, L::SetF(p.across_v)));
  const auto inverse = L::DivF(L::SetF(1), scale);
  const auto distance =
      L::MulF(L::AddF(L::MulF(L::MulF(along, along), L::SetF(p.inverse_along)),
                      L::MulF(L::MulF(across, across), L::SetF(p.inverse_across))),
              inverse);
  // Grey is near to dim skin, but it is cloth: below half of the tone's colour skin ends.
  const auto colour = Clamp01<L>(
      L::AddF(L::SetF(3), L::MulF(L::MulF(along, inverse), L::SetF(4 * p.inverse_saturation))));
  // In a face two lamps may light two halves; far from it the colour must fit closely.
  const auto zone = ZoneAt<L>(row, i);
  const auto near = L::MulF(distance, L::SubF(L::SetF(1), L::MulF(zone, L::SetF(p.zone_wide))));
  // Full weight within 0.6 of the ellipse, none beyond 1.4: no hard border.
  auto skin = Clamp01<L>(L::MulF(L::SubF(L::SetF(1.4F), near), L::SetF(1.25F)));
  skin = L::MulF(L::MulF(skin, skin), L::SubF(L::SetF(3), L::MulF(L::SetF(2), skin)));
  skin = L::MulF(skin, colour);
  // Near black there is no colour to go by.
  skin = L::MulF(skin, Clamp01<L>(L::MulF(L::SubF(luma, L::SetF(22)), L::SetF(1.0F / 24))));
  const auto weight = L::AddF(L::SetF(p.zone_floor), L::MulF(L::SetF(1 - p.zone_floor), zone));
  return L::MulF(skin, weight);
}

template <typename L>
void ClassifyAt(const ClassifyRow& row, const ClassifyParams& p, int i) {
  const auto mean = L::MulF(L::ToFloat(L::Load32(row.box_sum + i)), L::SetF(p.inverse_box_pixels));
  const auto mean_square =
      L::MulF(L::ToFloat(L::Load32(row.box_squares + i)), L::SetF(p.inverse_box_pixels));
  const auto variance = L::MaxF(L::SubF(mean_square, L::MulF(mean, mean)), L::SetF(0));
  const auto power = L::MulF(variance, variance);
  const auto skin = SkinAt<L>(row, p, i);
  const auto calm = L::SetF(p.smooth_below);
  const auto smooth = L::MulF(skin, L::DivF(calm, L::AddF(power, calm)));
  const auto held = L::SubF(L::SetF(1), L::MulF(skin, L::SetF(p.skin_calm)));
  const auto edge = L::MulF(held, L::DivF(power, L::AddF(power, L::SetF(p.edge_above))));
  L::Store32(row.smooth + i, L::ToInt(L::MulF(smooth, L::SetF(65536))));
  L::Store32(row.smooth_mean + i, L::ToInt(L::MulF(L::MulF(smooth, mean), L::SetF(1024))));
  L::Store32(row.skin + i, L::ToInt(L::MulF(skin, L::SetF(65536))));
  L::Store32(row.edge + i, L::ToInt(L::MulF(edge, L::SetF(65536))));
}
template <typename L>
void Classify(const ClassifyRow& row, const ClassifyParams& params, int cells) {
  ForEach<L, L::k32>(
      cells, [&](int i) { ClassifyAt<L>(row, params, i); },
      [&](int i) { ClassifyAt<Plain>(row, params, i); });
}

}  // namespace
}  // namespace onair::beauty
