// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "beauty/filters/isa.h"
#include "beauty/filters/isa_kernels.h"

namespace onair::beauty {

// Every aarch64 has Advanced SIMD.
std::span<const Isa> SupportedIsas() {
  static constexpr std::array kAll{Isa::kPlain, Isa::kNeon};
  return kAll;
}

const Kernels& KernelsOf(Isa isa) {
  return isa == Isa::kNeon ? NeonKernels() : PlainKernels();
}

}  // namespace onair::beauty
