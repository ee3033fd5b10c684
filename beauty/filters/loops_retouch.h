// SPDX-License-Identifier: Apache-2.0
//
// From maps of cells to rows of pixels, and what the maps do to them.
#pragma once

#include "beauty/filters/loops.h"

namespace onair::beauty {
namespace {

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

  // luma - smooth * (luma - mean), over the box's models, where the pixel itself may be skin:
  // hair, a collar or a rope before a wall of skin's colour are no blemish on it.
  const auto may_be_skin = L::template Shl<1>(L::Min(skin, L::Set16(16383)));
  const auto calmed = L::Sub(smooth_mean, L::MulRound(luma, smooth));
  auto out = L::Add(luma, L::MulRound(calmed, may_be_skin));
  const auto pores = L::MulRound(L::MulRound(smooth, may_be_skin), L::Set16(p.pores));
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

}  // namespace
}  // namespace onair::beauty
