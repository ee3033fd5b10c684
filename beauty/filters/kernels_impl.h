// SPDX-License-Identifier: Apache-2.0
//
// The inner loops, written once for any lanes (lanes_*.h). Each kernels_*.cc compiles them for
// its instruction set.
//
// Everything here has internal linkage and nothing inline comes from elsewhere (no std::min):
// a shared inline function compiled with AVX2 might be the one the linker keeps for all.
#pragma once

#include <cstdint>

#include "beauty/filters/kernels.h"
#include "beauty/filters/lanes_plain.h"

namespace onair::beauty {
namespace {

// Whole vectors first, then one lane at a time.
template <typename Lanes, int kStep, typename Body, typename Tail>
void ForEach(int count, Body body, Tail tail) {
  int i = 0;
  for (; i + kStep <= count; i += kStep) body(i);
  for (; i < count; ++i) tail(i);
}

int CellsOf(int width, int side) {
  return (width + side - 1) / side;
}
int Clamped(int x, int last) {
  return x < last ? x : last;
}

// ---- Statistics of cells.

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

// ---- Sums over boxes of cells.

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

// ---- What is skin, what is detail.

template <typename L>
typename L::F32 Clamp01(typename L::F32 a) {
  return L::MinF(L::MaxF(a, L::SetF(0)), L::SetF(1));
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

// ---- From cells to pixels.

template <typename L>
typename L::I16 Between(typename L::I16 from, typename L::I16 to, typename L::I16 part) {
  return L::Add(from, L::MulRound(L::Sub(to, from), part));
}

template <typename L>
void Expand4At(const std::int16_t* in, std::int16_t* out, int i) {
  const auto near = L::Set16(4096), far = L::Set16(12288);  // 1/8 and 3/8.
  const auto here = L::Load16(in + i);
  const auto left = L::Load16(in + i - 1), right = L::Load16(in + i + 1);
  L::StoreFour(out + 4 * i, Between<L>(here, left, far), Between<L>(here, left, near),
               Between<L>(here, right, near), Between<L>(here, right, far));
}
template <typename L>
void Expand4(const std::int16_t* in, std::int16_t* out, int cells) {
  ForEach<L, L::k16>(
      cells, [&](int i) { Expand4At<L>(in, out, i); },
      [&](int i) { Expand4At<Plain>(in, out, i); });
}

template <typename L>
void Expand2At(const std::int16_t* in, std::int16_t* out, int i) {
  const auto quarter = L::Set16(8192);
  const auto here = L::Load16(in + i);
  L::StoreTwo(out + 2 * i, Between<L>(here, L::Load16(in + i - 1), quarter),
              Between<L>(here, L::Load16(in + i + 1), quarter));
}
template <typename L>
void Expand2(const std::int16_t* in, std::int16_t* out, int cells) {
  ForEach<L, L::k16>(
      cells, [&](int i) { Expand2At<L>(in, out, i); },
      [&](int i) { Expand2At<Plain>(in, out, i); });
}

template <typename L>
typename L::I16 MapAt(const std::int16_t* from, const std::int16_t* to, typename L::I16 part,
                      int x) {
  return Between<L>(L::Load16(from + x), L::Load16(to + x), part);
}

// ---- Pixels.

template <typename L>
void BlurColumnAt(const std::uint8_t* above, const std::uint8_t* row, const std::uint8_t* below,
                  std::int16_t* out, int x) {
  const auto outer = L::Add(L::LoadBytes(above + x), L::LoadBytes(below + x));
  L::Store16(out + x, L::Add(outer, L::template Shl<1>(L::LoadBytes(row + x))));
}
template <typename L>
void BlurColumn(const std::uint8_t* above, const std::uint8_t* row, const std::uint8_t* below,
                std::int16_t* out, int width) {
  ForEach<L, L::k16>(
      width, [&](int x) { BlurColumnAt<L>(above, row, below, out, x); },
      [&](int x) { BlurColumnAt<Plain>(above, row, below, out, x); });
}

template <typename L>
typename L::I16 Limited(typename L::I16 a, int limit) {
  return L::Max(L::Min(a, L::Set16(limit)), L::Set16(-limit));
}

// Luma in Q7: 255 is 32640. Detail is what a 3x3 binomial blur takes away, in 1/16 code:
// up to kFine of it are pores and hair, kept where skin is smoothed; what lies above and
// below kStrong is sharpened; more would ring at edges that are sharp already.
constexpr int kFine = 2 * 16;
constexpr int kStrong = 14 * 16;

template <typename L>
void RetouchLumaAt(const RetouchLumaRow& row, const RetouchLumaParams& p, int x) {
  const auto part = L::Set16(p.part);
  const auto smooth = MapAt<L>(row.from.smooth, row.to.smooth, part, x);
  const auto smooth_mean = MapAt<L>(row.from.smooth_mean, row.to.smooth_mean, part, x);
  const auto edge = MapAt<L>(row.from.edge, row.to.edge, part, x);
  const auto skin = MapAt<L>(row.from.skin, row.to.skin, part, x);

  const auto pixel = L::LoadBytes(row.in + x);
  const auto luma = L::template Shl<7>(pixel);
  const auto sides = L::Add(L::Load16(row.column_blur + x - 1), L::Load16(row.column_blur + x + 1));
  const auto blurred = L::Add(sides, L::template Shl<1>(L::Load16(row.column_blur + x)));
  const auto detail = L::Sub(L::template Shl<4>(pixel), blurred);
  const auto fine = Limited<L>(detail, kFine);
  const auto strong = L::Sub(Limited<L>(detail, kStrong), fine);

  // luma - smooth * (luma - mean), over the box's models.
  auto out = L::Add(luma, L::Sub(smooth_mean, L::MulRound(luma, smooth)));
  const auto pores = L::MulRound(smooth, L::Set16(p.pores));
  out = L::AddSat(out, L::MulRound(L::template Shl<3>(fine), pores));
  out = L::AddSat(out, L::MulRound(L::template Shl<5>(strong), edge));
  out = L::Max(out, L::Set16(0));

  // t * t * (1 - t): nothing at black and white, most at the luma of lit skin.
  const auto curve = L::MulRound(L::MulRound(out, out), L::Sub(L::Set16(32767), out));
  const auto whiten = L::MulRound(skin, L::Set16(p.whiten));
  out = L::AddSat(out, L::MulRound(L::template Shl<1>(curve), whiten));
  L::StoreBytes(row.out + x, L::template Shr<7>(L::AddSat(out, L::Set16(64))));
}
template <typename L>
void RetouchLuma(const RetouchLumaRow& row, const RetouchLumaParams& params, int width) {
  ForEach<L, L::k16>(
      width, [&](int x) { RetouchLumaAt<L>(row, params, x); },
      [&](int x) { RetouchLumaAt<Plain>(row, params, x); });
}

constexpr int kRedOfLips = 172;  // V; skin redder than this is not made redder.

template <typename L>
typename L::I16 ToByteFromQ6(typename L::I16 a) {
  return L::template Sar<6>(L::Add(a, L::Set16(32)));
}

// 0 at and below nothing, nearly 1 (Q15) from 16 codes on; `codes` in Q6.
template <typename L>
typename L::I16 Share(typename L::I16 codes) {
  return L::template Shl<5>(L::Min(L::Max(codes, L::Set16(0)), L::Set16(1023)));
}

// What has no colour of skin gets none, whatever the map says at the border of a face: there
// would be a pink halo.
template <typename L>
void RetouchChromaAt(const RetouchChromaRow& row, const RetouchChromaParams& p, int x) {
  const auto skin = MapAt<L>(row.skin_from, row.skin_to, L::Set16(p.part), x);
  const auto u = L::template Shl<6>(L::LoadBytes(row.u + x));
  const auto v = L::template Shl<6>(L::LoadBytes(row.v + x));
  const auto grey = L::Set16(128 * 64);
  const auto red = L::MulRound(skin, Share<L>(L::Sub(v, grey)));
  // The last codes below the limit take less and less.
  const auto room = Share<L>(L::template Sar<1>(L::Sub(L::Set16(kRedOfLips * 64), v)));
  const auto v_rosy = L::MulRound(L::MulRound(red, room), L::Set16(p.v_rosy));
  const auto v_add = L::Add(L::MulRound(red, L::Set16(p.v_add)), v_rosy);
  const auto yellow = L::MulRound(red, Share<L>(L::Sub(grey, u)));
  const auto u_add = L::MulRound(yellow, L::Set16(p.u_add));
  L::StoreBytes(row.u_out + x, ToByteFromQ6<L>(L::Add(u, u_add)));
  L::StoreBytes(row.v_out + x, ToByteFromQ6<L>(L::Add(v, v_add)));
}
template <typename L>
void RetouchChroma(const RetouchChromaRow& row, const RetouchChromaParams& params, int width) {
  ForEach<L, L::k16>(
      width, [&](int x) { RetouchChromaAt<L>(row, params, x); },
      [&](int x) { RetouchChromaAt<Plain>(row, params, x); });
}

template <typename L>
void SoftenAt(const SoftenRow& row, std::int16_t part_q15, int x) {
  const auto part = L::Set16(part_q15);
  const auto weight = MapAt<L>(row.weight_from, row.weight_to, part, x);
  const auto mean = MapAt<L>(row.mean_from, row.mean_to, part, x);
  const auto pixel = L::template Shl<7>(L::LoadBytes(row.pixels + x));
  const auto out = L::Max(L::Add(pixel, L::Sub(mean, L::MulRound(pixel, weight))), L::Set16(0));
  L::StoreBytes(row.pixels + x, L::template Shr<7>(L::AddSat(out, L::Set16(64))));
}
template <typename L>
void Soften(const SoftenRow& row, std::int16_t part, int width) {
  ForEach<L, L::k16>(
      width, [&](int x) { SoftenAt<L>(row, part, x); },
      [&](int x) { SoftenAt<Plain>(row, part, x); });
}

template <typename L>
void BlendAt(std::uint8_t* pixels, const std::uint8_t* value, const std::uint8_t* keep, int x) {
  // (a + 128 + (a + 128 >> 8)) >> 8 is a / 255 rounded for a = 0..65025, as unsigned 16 bits.
  const auto scaled =
      L::Add(L::Mul(L::LoadBytes(pixels + x), L::LoadBytes(keep + x)), L::Set16(128));
  const auto kept = L::template Shr<8>(L::Add(scaled, L::template Shr<8>(scaled)));
  L::StoreBytes(pixels + x, L::Add(kept, L::LoadBytes(value + x)));
}
template <typename L>
void BlendRow(std::uint8_t* pixels, const std::uint8_t* value, const std::uint8_t* keep,
              int width) {
  ForEach<L, L::k16>(
      width, [&](int x) { BlendAt<L>(pixels, value, keep, x); },
      [&](int x) { BlendAt<Plain>(pixels, value, keep, x); });
}

// ---- Geometry of faces.

int ClampedTo(int value, int most) {
  return value < 0 ? 0 : value > most ? most : value;
}

// Bilinear in 1/128 sample. `pairs` hold a sample and its right neighbour in the high byte.
template <typename E>
typename E::I16 Bilinear(typename E::I16 above, typename E::I16 below, typename E::I16 part_x,
                         typename E::I16 part_y) {
  const auto across = [&](typename E::I16 pairs) {
    const auto right = E::template Shr<8>(pairs);
    const auto left = E::Sub(pairs, E::template Shl<8>(right));
    return E::Add(E::template Shl<7>(left), E::Mul(E::Sub(right, left), part_x));
  };
  const auto top = across(above), bottom = across(below);
  const auto both = E::Add(top, E::MulRound(E::Sub(bottom, top), E::template Shl<8>(part_y)));
  return E::template Shr<7>(E::Add(both, E::Set16(64)));
}

constexpr int kWarpStep = 8;  // Samples that are interpolated at once: two halves of four.

// Where eight samples come from.
struct WarpStep {
  int x[2];  // First of each half; 1/65536 sample.
  int y[2];
  int step_x[2];
  int step_y[2];
  bool is_inside[2];  // All samples and their neighbours are in the region.
};

// Four samples from `x` on; they lie between two neighbouring nodes.
void PlaceHalf(const WarpRow& row, int x, int half, WarpStep& step) {
  const int shift = row.grid == 8 ? 3 : 2;
  const int node = x >> shift, part = x & (row.grid - 1);
  const int step_x = (row.by_x[node + 1] - row.by_x[node]) >> shift;
  const int step_y = (row.by_y[node + 1] - row.by_y[node]) >> shift;
  const int from_x = (row.x + x) * 65536 + row.by_x[node] + step_x * part;
  const int from_y = row.y * 65536 + row.by_y[node] + step_y * part;
  const int end_x = from_x + (step_x + 65536) * 3, end_y = from_y + step_y * 3;
  const int most_x = (row.from_width - 1) * 65536, most_y = (row.from_height - 1) * 65536;
  step.x[half] = from_x;
  step.y[half] = from_y;
  step.step_x[half] = step_x + 65536;
  step.step_y[half] = step_y;
  step.is_inside[half] = (from_x | end_x | from_y | end_y) >= 0 && from_x < most_x &&
                         end_x < most_x && from_y < most_y && end_y < most_y;
}

// Beyond the region its border goes on. Writes the pairs that memory lacks: those of the rows
// above, then those of the rows below.
void TakeAtBorder(const WarpRow& row, const WarpStep& step, std::uint8_t* pairs) {
  const int last_x = row.from_width - 1, last_y = row.from_height - 1;
  for (int i = 0; i < kWarpStep; ++i) {
    const int half = i / 4;
    const int x = (step.x[half] + step.step_x[half] * (i % 4)) >> 16;
    const int y = (step.y[half] + step.step_y[half] * (i % 4)) >> 16;
    for (int k = 0; k < 4; ++k) {
      const std::int64_t line = ClampedTo(y + k / 2, last_y);
      pairs[k / 2 * 2 * kWarpStep + 2 * i + k % 2] =
          row.from[line * row.stride_bytes + ClampedTo(x + k % 2, last_x)];
    }
  }
}

// The fractions of eight places, in 1/128.
template <typename E>
typename E::I16 PartsOf(const int (&from)[2], const int (&by)[2]) {
  const auto steps = E::Mul(E::Halves(by[0], by[1]), E::ZeroToThreeTwice());
  return E::template Shr<9>(E::Add(E::Halves(from[0], from[1]), steps));
}

bool IsStill(const WarpRow& row, int x, int count) {
  for (int node = x / row.grid; node * row.grid < x + count + row.grid; ++node) {
    if ((row.by_x[node] | row.by_y[node]) != 0) return false;
  }
  return true;
}

template <typename E>
typename E::I16 WarpEight(const WarpRow& row, const WarpStep& step) {
  std::int32_t at[kWarpStep];
  std::uint8_t border[4 * kWarpStep];
  const std::uint8_t* above = row.from;
  const std::uint8_t* below = row.from + row.stride_bytes;
  if (step.is_inside[0] && step.is_inside[1]) {
    for (int half = 0; half < 2; ++half) {
      E::FourOffsets(step.x[half], step.step_x[half], step.y[half], step.step_y[half],
                     row.stride_bytes, at + 4 * half);
    }
  } else {
    TakeAtBorder(row, step, border);
    for (int i = 0; i < kWarpStep; ++i) at[i] = 2 * i;
    above = border;
    below = border + 2 * kWarpStep;
  }
  return Bilinear<E>(E::LoadPairs(above, at), E::LoadPairs(below, at),
                     PartsOf<E>(step.x, step.step_x), PartsOf<E>(step.y, step.step_y));
}

template <typename E>
void Warp(const WarpRow& row, int width) {
  WarpStep step;
  for (int x = 0; x < width; x += kWarpStep) {
    const int count = Clamped(kWarpStep, width - x);
    if (IsStill(row, x, count)) continue;
    PlaceHalf(row, x, 0, step);
    PlaceHalf(row, count > 4 ? x + 4 : x, 1, step);
    const auto pixels = WarpEight<E>(row, step);
    if (count == kWarpStep) {
      E::StoreBytes(row.out + x, pixels);
      continue;
    }
    std::uint8_t out[kWarpStep];
    E::StoreBytes(out, pixels);
    for (int i = 0; i < count; ++i) row.out[x + i] = out[i];
  }
}

// ---- Colour tables.

// What the table adds at two neighbouring nodes along Y: {dY, dU, dV, 0} twice.
template <typename O>
typename O::I16 LutAt(const std::int16_t* node, typename O::I16 part_u, typename O::I16 part_v) {
  constexpr int kAlongU = kLutSide * kLutNode, kAlongV = kLutSide * kAlongU;
  const auto low = Between<O>(O::Load16(node), O::Load16(node + kAlongU), part_u);
  const auto high =
      Between<O>(O::Load16(node + kAlongV), O::Load16(node + kAlongV + kAlongU), part_u);
  return Between<O>(low, high, part_v);
}

// {dY, dU, dV, 0} of two pixels, each out of the two nodes around its luma.
template <typename O>
typename O::I16 LutOfTwo(typename O::I16 first, typename O::I16 second, int luma0, int luma1) {
  return Between<O>(O::LowHalves(first, second), O::HighHalves(first, second),
                    O::Halves((luma0 & 7) << 12, (luma1 & 7) << 12));
}

std::uint8_t Changed(int code, int add_q6) {
  return static_cast<std::uint8_t>(ClampedTo(code + ((add_q6 + 32) >> 6), 255));
}

template <typename O>
void LutRows(const LutRow& row, int width) {
  const auto strength = O::Set16(row.strength);
  for (int x = 0; x < width; x += 2) {
    const int right = Clamped(x + 1, width - 1);
    const int u = row.u[x / 2], v = row.v[x / 2];
    const auto part_u = O::Set16((u & 7) << 12), part_v = O::Set16((v & 7) << 12);
    const std::int16_t* node = row.nodes + ((v >> 3) * kLutSide + (u >> 3)) * (kLutSide * kLutNode);
    std::int16_t top[8], bottom[8];
    const int y0 = row.y0[x], y1 = row.y0[right], y2 = row.y1[x], y3 = row.y1[right];
    const auto nodes_of = [&](int luma) {
      return LutAt<O>(node + (luma >> 3) * kLutNode, part_u, part_v);
    };
    const auto n0 = nodes_of(y0);
    auto n1 = n0, n2 = n0, n3 = n0;
    // In most blocks all four lumas lie between the same nodes.
    if ((((y0 ^ y1) | (y0 ^ y2) | (y0 ^ y3)) >> 3) != 0) {
      n1 = nodes_of(y1);
      n2 = nodes_of(y2);
      n3 = nodes_of(y3);
    }
    O::Store16(top, O::MulRound(LutOfTwo<O>(n0, n1, y0, y1), strength));
    O::Store16(bottom, O::MulRound(LutOfTwo<O>(n2, n3, y2, y3), strength));
    row.y0[x] = Changed(y0, top[0]);
    row.y0[right] = Changed(y1, top[4]);
    row.y1[x] = Changed(y2, bottom[0]);
    row.y1[right] = Changed(y3, bottom[4]);
    row.u[x / 2] = Changed(u, (top[1] + top[5] + bottom[1] + bottom[5] + 2) >> 2);
    row.v[x / 2] = Changed(v, (top[2] + top[6] + bottom[2] + bottom[6] + 2) >> 2);
  }
}

// `Eight` are lanes of exactly eight numbers of 16 bits.
template <typename L, typename Eight>
constexpr Kernels MakeKernels() {
  return {.reduce_luma = ReduceLuma<L>,
          .reduce_chroma = ReduceChroma<L>,
          .slide = Slide<L>,
          .box = Box<L>,
          .box_to_map = BoxToMap<L>,
          .classify = Classify<L>,
          .expand4 = Expand4<L>,
          .expand2 = Expand2<L>,
          .blur_column = BlurColumn<L>,
          .retouch_luma = RetouchLuma<L>,
          .retouch_chroma = RetouchChroma<L>,
          .soften = Soften<L>,
          .blend_row = BlendRow<L>,
          .warp_row = Warp<Eight>,
          .lut_rows = LutRows<Eight>};
}

}  // namespace
}  // namespace onair::beauty
