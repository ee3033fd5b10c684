// SPDX-License-Identifier: Apache-2.0
//
// Eight lanes of 16 bits, four of 32, by the Advanced SIMD of aarch64. Only for
// kernels_neon.cc.
#pragma once

#include <arm_neon.h>

#include <cstdint>

namespace onair::beauty {
namespace {

struct Neon {
  using I16 = int16x8_t;
  using I32 = int32x4_t;
  using F32 = float32x4_t;
  static constexpr int k16 = 8;
  static constexpr int k32 = 4;

  static I16 Load16(const std::int16_t* p) { return vld1q_s16(p); }
  static void Store16(std::int16_t* p, I16 a) { vst1q_s16(p, a); }
  static I16 LoadBytes(const std::uint8_t* p) {
    return vreinterpretq_s16_u16(vmovl_u8(vld1_u8(p)));
  }
  static void StoreBytes(std::uint8_t* p, I16 a) { vst1_u8(p, vqmovun_s16(a)); }
  static I16 Set16(int v) { return vdupq_n_s16(static_cast<std::int16_t>(v)); }
  static I16 Add(I16 a, I16 b) { return vaddq_s16(a, b); }
  static I16 Sub(I16 a, I16 b) { return vsubq_s16(a, b); }
  static I16 AddSat(I16 a, I16 b) { return vqaddq_s16(a, b); }
  static I16 Min(I16 a, I16 b) { return vminq_s16(a, b); }
  static I16 Max(I16 a, I16 b) { return vmaxq_s16(a, b); }
  static I16 Mul(I16 a, I16 b) { return vmulq_s16(a, b); }
  // Differs from the others for -32768 * -32768 only, which no kernel multiplies.
  static I16 MulRound(I16 a, I16 b) { return vqrdmulhq_s16(a, b); }
  template <int n>
  static I16 Shl(I16 a) {
    return vshlq_n_s16(a, n);
  }
  template <int n>
  static I16 Shr(I16 a) {
    return vreinterpretq_s16_u16(vshrq_n_u16(vreinterpretq_u16_s16(a), n));
  }
  template <int n>
  static I16 Sar(I16 a) {
    return vshrq_n_s16(a, n);
  }
  static void StoreFour(std::int16_t* p, I16 a, I16 b, I16 c, I16 d) {
    const int16x8x4_t four{{a, b, c, d}};  // Apart: vst4q_s16 is a macro in clang.
    vst4q_s16(p, four);
  }
  static void StoreTwo(std::int16_t* p, I16 a, I16 b) {
    const int16x8x2_t two{{a, b}};
    vst2q_s16(p, two);
  }

  // A pair may lie at an odd address: loaded as bytes, which need no alignment.
  static std::uint16_t PairAt(const std::uint8_t* p) {
    std::uint16_t pair;
    __builtin_memcpy(&pair, p, sizeof pair);
    return pair;
  }
  static I16 LoadPairs(const std::uint8_t* from, const std::int32_t* at) {
    uint16x8_t a = vdupq_n_u16(PairAt(from + at[0]));
    a = vsetq_lane_u16(PairAt(from + at[1]), a, 1);
    a = vsetq_lane_u16(PairAt(from + at[2]), a, 2);
    a = vsetq_lane_u16(PairAt(from + at[3]), a, 3);
    a = vsetq_lane_u16(PairAt(from + at[4]), a, 4);
    a = vsetq_lane_u16(PairAt(from + at[5]), a, 5);
    a = vsetq_lane_u16(PairAt(from + at[6]), a, 6);
    return vreinterpretq_s16_u16(vsetq_lane_u16(PairAt(from + at[7]), a, 7));
  }
  static void FourOffsets(int x, int step_x, int y, int step_y, int stride, std::int32_t* out) {
    static constexpr std::int32_t kLanes[4] = {0, 1, 2, 3};
    const int32x4_t lanes = vld1q_s32(kLanes);
    const int32x4_t across = vmlaq_n_s32(vdupq_n_s32(x), lanes, step_x);
    const int32x4_t down = vmlaq_n_s32(vdupq_n_s32(y), lanes, step_y);
    vst1q_s32(out, vmlaq_n_s32(vshrq_n_s32(across, 16), vshrq_n_s32(down, 16), stride));
  }
  static I16 Halves(int a, int b) {
    return vcombine_s16(vdup_n_s16(static_cast<std::int16_t>(a)),
                        vdup_n_s16(static_cast<std::int16_t>(b)));
  }
  static I16 ZeroToThreeTwice() {
    static constexpr std::int16_t kLanes[8] = {0, 1, 2, 3, 0, 1, 2, 3};
    return vld1q_s16(kLanes);
  }

  static I32 Load32(const std::int32_t* p) { return vld1q_s32(p); }
  static void Store32(std::int32_t* p, I32 a) { vst1q_s32(p, a); }
  static I32 Add32(I32 a, I32 b) { return vaddq_s32(a, b); }
  static I32 Sub32(I32 a, I32 b) { return vsubq_s32(a, b); }
  static I32 MulAddPairs(I16 a, I16 b) {
    return vpaddq_s32(vmull_s16(vget_low_s16(a), vget_low_s16(b)), vmull_high_s16(a, b));
  }
  static I32 AddPairs(I32 a, I32 b) { return vpaddq_s32(a, b); }
  static I16 Pack(I32 a, I32 b) { return vcombine_s16(vqmovn_s32(a), vqmovn_s32(b)); }
  static F32 ToFloat(I32 a) { return vcvtq_f32_s32(a); }
  static I32 ToInt(F32 a) { return vcvtnq_s32_f32(a); }
  static F32 LoadF(const float* p) { return vld1q_f32(p); }
  static F32 SetF(float v) { return vdupq_n_f32(v); }
  static F32 AddF(F32 a, F32 b) { return vaddq_f32(a, b); }
  static F32 SubF(F32 a, F32 b) { return vsubq_f32(a, b); }
  static F32 MulF(F32 a, F32 b) { return vmulq_f32(a, b); }
  static F32 DivF(F32 a, F32 b) { return vdivq_f32(a, b); }
  static F32 MinF(F32 a, F32 b) { return vminq_f32(a, b); }
  static F32 MaxF(F32 a, F32 b) { return vmaxq_f32(a, b); }
};

}  // namespace
}  // namespace onair::beauty
