// SPDX-License-Identifier: Apache-2.0
#include "beauty/filters/isa_kernels.h"
#include "beauty/filters/kernels_impl.h"
#include "beauty/filters/lanes_sse41.h"

namespace onair::beauty {

const Kernels& Sse41Kernels() {
  static constexpr Kernels kKernels = MakeKernels<Sse41, Sse41>();
  return kKernels;
}

}  // namespace onair::beauty
