// SPDX-License-Identifier: Apache-2.0
//
// A CubeLut applied to I420 without leaving it.
#pragma once

#include <cstdint>
#include <vector>

#include "beauty/filters/cube_lut.h"
#include "beauty/filters/i420.h"
#include "beauty/filters/kernels.h"

namespace onair::beauty {

// The table sampled once in YUV, as differences: what an identity table would not change stays
// to the bit. Holds 290 kB. Single-owner.
class LutPass {
 public:
  explicit LutPass(const Kernels& kernels) : kernels_(kernels) {}

  // Samples `lut` for pictures of this size's colour matrix. Takes about two milliseconds.
  void SetLut(const CubeLut& lut, PictureSize size);

  // In place; `strength` [0, 1]. After SetLut().
  void Apply(float strength, const I420Planes& planes) const;

 private:
  const Kernels& kernels_;
  std::vector<std::int16_t> nodes_;
};

}  // namespace onair::beauty
