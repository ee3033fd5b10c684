// SPDX-License-Identifier: Apache-2.0
//
// Sixteen lanes of 16 bits, eight of 32. Only for kernels_avx2.cc. AVX2 packs and interleaves
// within its two halves; here all lanes are in the order of memory.
#pragma once

#include <immintrin.h>

#include <cstdint>

namespace onair::beauty {
namespace {

struct Avx2 {
  using I16 = __m256i;
  using I32 = __m256i;
  using F32 = __m256;
  static constexpr int k16 = 16;
  static constexpr int k32 = 8;

  static __m256i LoadAny(const void* p) {
    return _mm256_loadu_si256(static_cast<const __m256i*>(p));
  }
  static void StoreAny(void* p, __m256i a) { _mm256_storeu_si256(static_cast<__m256i*>(p), a); }

  static I16 Load16(const std::int16_t* p) { return LoadAny(p); }
  static void Store16(std::int16_t* p, I16 a) { StoreAny(p, a); }
  static I16 LoadBytes(const std::uint8_t* p) {
    return _mm256_cvtepu8_epi16(
        _mm_loadu_si128(static_cast<const __m128i*>(static_cast<const void*>(p))));
  }
  static void StoreBytes(std::uint8_t* p, I16 a) {
    const __m256i packed = _mm256_permute4x64_epi64(_mm256_packus_epi16(a, a), 0xD8);
    _mm_storeu_si128(static_cast<__m128i*>(static_cast<void*>(p)), _mm256_castsi256_si128(packed));
  }
  static I16 Set16(int v) { return _mm256_set1_epi16(static_cast<short>(v)); }
  static I16 Add(I16 a, I16 b) { return _mm256_add_epi16(a, b); }
  static I16 Sub(I16 a, I16 b) { return _mm256_sub_epi16(a, b); }
  static I16 AddSat(I16 a, I16 b) { return _mm256_adds_epi16(a, b); }
  static I16 Min(I16 a, I16 b) { return _mm256_min_epi16(a, b); }
  static I16 Max(I16 a, I16 b) { return _mm256_max_epi16(a, b); }
  static I16 Mul(I16 a, I16 b) { return _mm256_mullo_epi16(a, b); }
  static I16 MulRound(I16 a, I16 b) { return _mm256_mulhrs_epi16(a, b); }
  template <int n>
  static I16 Shl(I16 a) {
    return _mm256_slli_epi16(a, n);
  }
  template <int n>
  static I16 Shr(I16 a) {
    return _mm256_srli_epi16(a, n);
  }
  template <int n>
  static I16 Sar(I16 a) {
    return _mm256_srai_epi16(a, n);
  }
  static void StoreFour(std::int16_t* p, I16 a, I16 b, I16 c, I16 d) {
    const __m256i ab_low = _mm256_unpacklo_epi16(a, b), ab_high = _mm256_unpackhi_epi16(a, b);
    const __m256i cd_low = _mm256_unpacklo_epi16(c, d), cd_high = _mm256_unpackhi_epi16(c, d);
    const __m256i w = _mm256_unpacklo_epi32(ab_low, cd_low);
    const __m256i x = _mm256_unpackhi_epi32(ab_low, cd_low);
    const __m256i y = _mm256_unpacklo_epi32(ab_high, cd_high);
    const __m256i z = _mm256_unpackhi_epi32(ab_high, cd_high);
    StoreAny(p, _mm256_permute2x128_si256(w, x, 0x20));
    StoreAny(p + 16, _mm256_permute2x128_si256(y, z, 0x20));
    StoreAny(p + 32, _mm256_permute2x128_si256(w, x, 0x31));
    StoreAny(p + 48, _mm256_permute2x128_si256(y, z, 0x31));
  }
  static void StoreTwo(std::int16_t* p, I16 a, I16 b) {
    const __m256i low = _mm256_unpacklo_epi16(a, b), high = _mm256_unpackhi_epi16(a, b);
    StoreAny(p, _mm256_permute2x128_si256(low, high, 0x20));
    StoreAny(p + 16, _mm256_permute2x128_si256(low, high, 0x31));
  }

  static I32 Load32(const std::int32_t* p) { return LoadAny(p); }
  static void Store32(std::int32_t* p, I32 a) { StoreAny(p, a); }
  static I32 Add32(I32 a, I32 b) { return _mm256_add_epi32(a, b); }
  static I32 Sub32(I32 a, I32 b) { return _mm256_sub_epi32(a, b); }
  static I32 MulAddPairs(I16 a, I16 b) { return _mm256_madd_epi16(a, b); }
  static I32 AddPairs(I32 a, I32 b) {
    return _mm256_permute4x64_epi64(_mm256_hadd_epi32(a, b), 0xD8);
  }
  static I16 Pack(I32 a, I32 b) { return _mm256_permute4x64_epi64(_mm256_packs_epi32(a, b), 0xD8); }
  static F32 ToFloat(I32 a) { return _mm256_cvtepi32_ps(a); }
  static I32 ToInt(F32 a) { return _mm256_cvtps_epi32(a); }
  static F32 LoadF(const float* p) { return _mm256_loadu_ps(p); }
  static F32 SetF(float v) { return _mm256_set1_ps(v); }
  static F32 AddF(F32 a, F32 b) { return _mm256_add_ps(a, b); }
  static F32 SubF(F32 a, F32 b) { return _mm256_sub_ps(a, b); }
  static F32 MulF(F32 a, F32 b) { return _mm256_mul_ps(a, b); }
  static F32 DivF(F32 a, F32 b) { return _mm256_div_ps(a, b); }
  static F32 MinF(F32 a, F32 b) { return _mm256_min_ps(a, b); }
  static F32 MaxF(F32 a, F32 b) { return _mm256_max_ps(a, b); }
};

}  // namespace
}  // namespace onair::beauty
