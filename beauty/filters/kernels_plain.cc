// SPDX-License-Identifier: Apache-2.0
#include "beauty/filters/isa_kernels.h"
#include "beauty/filters/kernels_impl.h"

namespace onair::beauty {

const Kernels& PlainKernels() {
  static constexpr Kernels kKernels = MakeKernels<Plain, PlainEight>();
  return kKernels;
}

}  // namespace onair::beauty
