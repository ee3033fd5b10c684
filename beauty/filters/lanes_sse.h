// SPDX-License-Identifier: Apache-2.0
//
// Eight lanes of 16 bits, four of 32, by the SSE2 that every x86-64 has. Only for the
// kernels_*.cc.
#pragma once

#include <emmintrin.h>

#include <cstdint>

namespace onair::beauty {
namespace {

struct Sse2 {
  using I16 = __m128i;
  using I32 = __m128i;
  using F32 = __m128;
  static constexpr int k16 = 8;
  static constexpr int k32 = 4;

  static __m128i LoadAny(const void* p) { return _mm_loadu_si128(static_cast<const __m128i*>(p)); }
  static void StoreAny(void* p, __m128i a) { _mm_storeu_si128(static_cast<__m128i*>(p), a); }

  static I16 Load16(const std::int16_t* p) { return LoadAny(p); }
  static void Store16(std::int16_t* p, I16 a) { StoreAny(p, a); }
  static I16 LoadBytes(const std::uint8_t* p) {
    const __m128i bytes = _mm_loadl_epi64(static_cast<const __m128i*>(static_cast<const void*>(p)));
    return _mm_unpacklo_epi8(bytes, _mm_setzero_si128());
  }
  static void StoreBytes(std::uint8_t* p, I16 a) {
    _mm_storel_epi64(static_cast<__m128i*>(static_cast<void*>(p)), _mm_packus_epi16(a, a));
  }
  static I16 Set16(int v) { return _mm_set1_epi16(static_cast<short>(v)); }
  static I16 Add(I16 a, I16 b) { return _mm_add_epi16(a, b); }
  static I16 Sub(I16 a, I16 b) { return _mm_sub_epi16(a, b); }
  static I16 AddSat(I16 a, I16 b) { return _mm_adds_epi16(a, b); }
  static I16 Min(I16 a, I16 b) { return _mm_min_epi16(a, b); }
  static I16 Max(I16 a, I16 b) { return _mm_max_epi16(a, b); }
  static I16 Mul(I16 a, I16 b) { return _mm_mullo_epi16(a, b); }
  static I16 MulRound(I16 a, I16 b) {
    // (hi * 65536 + lo + 16384) >> 15 without leaving 16 bits.
    const __m128i low = _mm_srli_epi16(_mm_mullo_epi16(a, b), 14);
    const __m128i carry = _mm_srli_epi16(_mm_add_epi16(low, _mm_set1_epi16(1)), 1);
    return _mm_add_epi16(_mm_slli_epi16(_mm_mulhi_epi16(a, b), 1), carry);
  }
  template <int n>
  static I16 Shl(I16 a) {
    return _mm_slli_epi16(a, n);
  }
  template <int n>
  static I16 Shr(I16 a) {
    return _mm_srli_epi16(a, n);
  }
  template <int n>
  static I16 Sar(I16 a) {
    return _mm_srai_epi16(a, n);
  }
  static void StoreFour(std::int16_t* p, I16 a, I16 b, I16 c, I16 d) {
    const __m128i ab_low = _mm_unpacklo_epi16(a, b), ab_high = _mm_unpackhi_epi16(a, b);
    const __m128i cd_low = _mm_unpacklo_epi16(c, d), cd_high = _mm_unpackhi_epi16(c, d);
    StoreAny(p, _mm_unpacklo_epi32(ab_low, cd_low));
    StoreAny(p + 8, _mm_unpackhi_epi32(ab_low, cd_low));
    StoreAny(p + 16, _mm_unpacklo_epi32(ab_high, cd_high));
    StoreAny(p + 24, _mm_unpackhi_epi32(ab_high, cd_high));
  }
  static void StoreTwo(std::int16_t* p, I16 a, I16 b) {
    StoreAny(p, _mm_unpacklo_epi16(a, b));
    StoreAny(p + 8, _mm_unpackhi_epi16(a, b));
  }

  static int PairAt(const std::uint8_t* p) {
    std::uint16_t pair;
    __builtin_memcpy(&pair, p, sizeof pair);
    return pair;
  }
  static I16 LoadPairs(const std::uint8_t* from, const std::int32_t* at) {
    __m128i a = _mm_cvtsi32_si128(PairAt(from + at[0]));
    a = _mm_insert_epi16(a, PairAt(from + at[1]), 1);
    a = _mm_insert_epi16(a, PairAt(from + at[2]), 2);
    a = _mm_insert_epi16(a, PairAt(from + at[3]), 3);
    a = _mm_insert_epi16(a, PairAt(from + at[4]), 4);
    a = _mm_insert_epi16(a, PairAt(from + at[5]), 5);
    a = _mm_insert_epi16(a, PairAt(from + at[6]), 6);
    return _mm_insert_epi16(a, PairAt(from + at[7]), 7);
  }
  // Whole samples and strides fit 16 bits: y * stride + x is one multiply-add of pairs.
  static void FourOffsets(int x, int step_x, int y, int step_y, int stride, std::int32_t* out) {
    const __m128i across = _mm_setr_epi32(x, x + step_x, x + 2 * step_x, x + 3 * step_x);
    const __m128i down = _mm_setr_epi32(y, y + step_y, y + 2 * step_y, y + 3 * step_y);
    const __m128i pairs =
        _mm_or_si128(_mm_srli_epi32(across, 16), _mm_and_si128(down, _mm_set1_epi32(-65536)));
    StoreAny(out, _mm_madd_epi16(pairs, _mm_set1_epi32(stride << 16 | 1)));
  }
  static I16 Halves(int a, int b) { return _mm_unpacklo_epi64(Set16(a), Set16(b)); }
  static I16 ZeroToThreeTwice() { return _mm_setr_epi16(0, 1, 2, 3, 0, 1, 2, 3); }

  static I32 Load32(const std::int32_t* p) { return LoadAny(p); }
  static void Store32(std::int32_t* p, I32 a) { StoreAny(p, a); }
  static I32 Add32(I32 a, I32 b) { return _mm_add_epi32(a, b); }
  static I32 Sub32(I32 a, I32 b) { return _mm_sub_epi32(a, b); }
  static I32 MulAddPairs(I16 a, I16 b) { return _mm_madd_epi16(a, b); }
  static I32 AddPairs(I32 a, I32 b) {
    const __m128 x = _mm_castsi128_ps(a), y = _mm_castsi128_ps(b);
    return _mm_add_epi32(_mm_castps_si128(_mm_shuffle_ps(x, y, _MM_SHUFFLE(2, 0, 2, 0))),
                         _mm_castps_si128(_mm_shuffle_ps(x, y, _MM_SHUFFLE(3, 1, 3, 1))));
  }
  static I16 Pack(I32 a, I32 b) { return _mm_packs_epi32(a, b); }
  static F32 ToFloat(I32 a) { return _mm_cvtepi32_ps(a); }
  static I32 ToInt(F32 a) { return _mm_cvtps_epi32(a); }
  static F32 LoadF(const float* p) { return _mm_loadu_ps(p); }
  static F32 SetF(float v) { return _mm_set1_ps(v); }
  static F32 AddF(F32 a, F32 b) { return _mm_add_ps(a, b); }
  static F32 SubF(F32 a, F32 b) { return _mm_sub_ps(a, b); }
  static F32 MulF(F32 a, F32 b) { return _mm_mul_ps(a, b); }
  static F32 DivF(F32 a, F32 b) { return _mm_div_ps(a, b); }
  static F32 MinF(F32 a, F32 b) { return _mm_min_ps(a, b); }
  static F32 MaxF(F32 a, F32 b) { return _mm_max_ps(a, b); }
};

}  // namespace
}  // namespace onair::beauty
