// SPDX-License-Identifier: Apache-2.0
//
// The sets of inner loops, one per kernels_*.cc. Only those are linked which the processor
// family can have; run one only where SupportedIsas() names it.
#pragma once

#include "beauty/filters/kernels.h"

namespace onair::beauty {

const Kernels& PlainKernels();
const Kernels& Sse2Kernels();
const Kernels& Sse41Kernels();
const Kernels& Avx2Kernels();
const Kernels& NeonKernels();

}  // namespace onair::beauty
