// SPDX-License-Identifier: Apache-2.0
#include <array>

#include "beauty/filters/isa.h"
#include "beauty/filters/isa_kernels.h"

namespace onair::beauty {
namespace {

constexpr std::array kAll{Isa::kPlain, Isa::kSse2, Isa::kSse41, Isa::kAvx2};

std::size_t CountSupported() {
  __builtin_cpu_init();
  if (!__builtin_cpu_supports("ssse3") || !__builtin_cpu_supports("sse4.1")) return 2;
  return __builtin_cpu_supports("avx2") ? 4 : 3;
}

}  // namespace

std::span<const Isa> SupportedIsas() {
  static const std::size_t count = CountSupported();
  return std::span(kAll).first(count);
}

const Kernels& KernelsOf(Isa isa) {
  if (isa == Isa::kSse2) return Sse2Kernels();
  if (isa == Isa::kSse41) return Sse41Kernels();
  if (isa == Isa::kAvx2) return Avx2Kernels();
  return PlainKernels();
}

}  // namespace onair::beauty
