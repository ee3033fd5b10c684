// SPDX-License-Identifier: Apache-2.0
//
// The table of inner loops for one kind of lanes. Only for the kernels_*.cc.
#pragma once

#include "beauty/filters/loops_cells.h"
#include "beauty/filters/loops_retouch.h"
#include "beauty/filters/loops_warp.h"

namespace onair::beauty {
namespace {

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
          .warp_row = Warp<Eight>};
}

}  // namespace
}  // namespace onair::beauty
