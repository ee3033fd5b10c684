// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "beauty/filters/isa.h"
#include "beauty/filters/isa_kernels.h"

namespace onair::beauty {

std::span<const Isa> SupportedIsas() {
  static constexpr std::array kAll{Isa::kPlain};
  return kAll;
}

const Kernels& KernelsOf(Isa) {
  return PlainKernels();
}

}  // namespace onair::beauty
