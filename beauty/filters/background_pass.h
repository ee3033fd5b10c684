// SPDX-License-Identifier: Apache-2.0
//
// Takes detail from where nobody looks, for encoders that cannot be told where quality should
// go. Softly: no border shows where it begins.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "beauty/filters/cell_plane.h"
#include "beauty/filters/i420.h"
#include "beauty/filters/kernels.h"
#include "core/media/roi_map.h"

namespace onair::beauty {

// Single-owner.
class BackgroundPass {
 public:
  explicit BackgroundPass(const Kernels& kernels) : kernels_(kernels) {}

  // In place. Detail goes with `strength` [0, 1] and with the distance from regions of positive
  // quality; a map without any changes nothing.
  void Apply(float strength, const RoiMap& map, const I420Planes& planes);

 private:
  void Resize(PictureSize size);
  void Weigh(float strength, const RoiMap& map);
  void Soften(const I420Planes& planes, std::size_t plane);

  const Kernels& kernels_;
  PictureSize size_;
  CellPlane<std::int32_t> sums_, columns_;
  std::vector<std::int32_t> unused_squares_;
  std::vector<std::int32_t> nothing_;
  CellPlane<std::int16_t> weight_;  // Q15
  CellPlane<std::int16_t> mean_;    // Weight times mean, Q7.
  std::array<std::vector<std::int16_t>, 2> wide_weight_, wide_mean_;
};

}  // namespace onair::beauty
