// SPDX-License-Identifier: Apache-2.0
#include "beauty/filters/isa_kernels.h"
#include "beauty/filters/kernels_impl.h"
#include "beauty/filters/lanes_neon.h"

namespace onair::beauty {

const Kernels& NeonKernels() {
  static constexpr Kernels kKernels = MakeKernels<Neon, Neon>();
  return kKernels;
}

}  // namespace onair::beauty
