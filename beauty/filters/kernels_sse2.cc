// SPDX-License-Identifier: Apache-2.0
#include "beauty/filters/isa_kernels.h"
#include "beauty/filters/kernels_impl.h"
#include "beauty/filters/lanes_sse.h"

namespace onair::beauty {

const Kernels& Sse2Kernels() {
  static constexpr Kernels kKernels = MakeKernels<Sse2, Sse2>();
  return kKernels;
}

}  // namespace onair::beauty
