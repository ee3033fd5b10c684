// SPDX-License-Identifier: Apache-2.0
//
// What SSE4.1 (with SSSE3) does better than SSE2. Only for kernels_sse41.cc.
#pragma once

#include <smmintrin.h>

#include "beauty/filters/lanes_sse.h"

namespace onair::beauty {
namespace {

struct Sse41 : Sse2 {
  static I16 LoadBytes(const std::uint8_t* p) {
    return _mm_cvtepu8_epi16(
        _mm_loadl_epi64(static_cast<const __m128i*>(static_cast<const void*>(p))));
  }
  static I16 MulRound(I16 a, I16 b) { return _mm_mulhrs_epi16(a, b); }
  static I32 AddPairs(I32 a, I32 b) { return _mm_hadd_epi32(a, b); }
};

}  // namespace
}  // namespace onair::beauty
