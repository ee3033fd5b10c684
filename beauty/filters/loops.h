// SPDX-License-Identifier: Apache-2.0
//
// What the inner loops (loops_*.h) share. They are written once for any lanes (lanes_*.h); each
// kernels_*.cc compiles them for its instruction set.
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
int ClampedTo(int value, int most) {
  return value < 0 ? 0 : value > most ? most : value;
}

template <typename L>
typename L::F32 Clamp01(typename L::F32 a) {
  return L::MinF(L::MaxF(a, L::SetF(0)), L::SetF(1));
}

// `from` and `part` (Q15) of the way to `to`.
template <typename L>
typename L::I16 Between(typename L::I16 from, typename L::I16 to, typename L::I16 part) {
  return L::Add(from, L::MulRound(L::Sub(to, from), part));
}

}  // namespace
}  // namespace onair::beauty
