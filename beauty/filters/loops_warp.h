// SPDX-License-Identifier: Apache-2.0
//
// Rows of pixels that come from elsewhere: the geometry of faces.
#pragma once

#include "beauty/filters/loops.h"

namespace onair::beauty {
namespace {

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

}  // namespace
}  // namespace onair::beauty
