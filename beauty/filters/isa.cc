// SPDX-License-Identifier: Apache-2.0
#include "beauty/filters/isa.h"

namespace onair::beauty {

std::string_view NameOf(Isa isa) {
  switch (isa) {
    case Isa::kPlain:
      return "plain";
    case Isa::kSse2:
      return "sse2";
    case Isa::kSse41:
      return "sse4.1";
    case Isa::kAvx2:
      return "avx2";
    case Isa::kNeon:
      return "neon";
  }
  return "plain";
}

const Kernels& BestKernels() {
  static const Kernels& best = KernelsOf(SupportedIsas().back());
  return best;
}

}  // namespace onair::beauty
