// SPDX-License-Identifier: Apache-2.0
//
// Colour tables, 2x2 pixels at a time.
#pragma once

#include "beauty/filters/loops.h"

namespace onair::beauty {
namespace {

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

}  // namespace
}  // namespace onair::beauty
