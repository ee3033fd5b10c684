// SPDX-License-Identifier: Apache-2.0
//
// One lane at a time: the words of lanes_*.h in plain C++, the measure of the others and the
// tail of their rows. Only for the kernels_*.cc.
#pragma once

#include <cmath>
#include <cstdint>

namespace onair::beauty {
namespace {

struct Plain {
  using I16 = std::int16_t;
  using I32 = std::int32_t;
  using F32 = float;
  static constexpr int k16 = 1;
  static constexpr int k32 = 1;

  static std::int16_t Saturate(int v) {
    return static_cast<std::int16_t>(v > 32767 ? 32767 : v < -32768 ? -32768 : v);
  }
  static I16 Load16(const std::int16_t* p) { return *p; }
  static void Store16(std::int16_t* p, I16 a) { *p = a; }
  static I16 LoadBytes(const std::uint8_t* p) { return *p; }
  static void StoreBytes(std::uint8_t* p, I16 a) {
    *p = static_cast<std::uint8_t>(a < 0 ? 0 : a > 255 ? 255 : a);
  }
  static I16 Set16(int v) { return static_cast<I16>(v); }
  static I16 Add(I16 a, I16 b) { return static_cast<I16>(a + b); }
  static I16 Sub(I16 a, I16 b) { return static_cast<I16>(a - b); }
  static I16 AddSat(I16 a, I16 b) { return Saturate(a + b); }
  static I16 Min(I16 a, I16 b) { return a < b ? a : b; }
  static I16 Max(I16 a, I16 b) { return a > b ? a : b; }
  static I16 Mul(I16 a, I16 b) { return static_cast<I16>(a * b); }
  static I16 MulRound(I16 a, I16 b) { return static_cast<I16>((a * b + 0x4000) >> 15); }
  template <int n>
  static I16 Shl(I16 a) {
    return static_cast<I16>(static_cast<unsigned>(a) << n);
  }
  template <int n>
  static I16 Shr(I16 a) {  // Of a value >= 0 taken as unsigned.
    return static_cast<I16>(static_cast<std::uint16_t>(a) >> n);
  }
  template <int n>
  static I16 Sar(I16 a) {
    return static_cast<I16>(a >> n);
  }
  static void StoreFour(std::int16_t* p, I16 a, I16 b, I16 c, I16 d) {
    p[0] = a;
    p[1] = b;
    p[2] = c;
    p[3] = d;
  }
  static void StoreTwo(std::int16_t* p, I16 a, I16 b) {
    p[0] = a;
    p[1] = b;
  }

  static I32 Load32(const std::int32_t* p) { return *p; }
  static void Store32(std::int32_t* p, I32 a) { *p = a; }
  static I32 Add32(I32 a, I32 b) { return a + b; }
  static I32 Sub32(I32 a, I32 b) { return a - b; }
  static F32 ToFloat(I32 a) { return static_cast<float>(a); }
  static I32 ToInt(F32 a) { return static_cast<std::int32_t>(lrintf(a)); }
  static F32 LoadF(const float* p) { return *p; }
  static F32 SetF(float v) { return v; }
  static F32 AddF(F32 a, F32 b) { return a + b; }
  static F32 SubF(F32 a, F32 b) { return a - b; }
  static F32 MulF(F32 a, F32 b) { return a * b; }
  static F32 DivF(F32 a, F32 b) { return a / b; }
  static F32 MinF(F32 a, F32 b) { return a < b ? a : b; }
  static F32 MaxF(F32 a, F32 b) { return a > b ? a : b; }
};

// Eight at a time, for what is eight numbers wide by its nature.
struct PlainEight {
  struct I16 {
    std::int16_t lane[8];
  };
  template <typename Each>
  static I16 Make(Each each) {
    I16 out;
    for (int i = 0; i < 8; ++i) out.lane[i] = each(i);
    return out;
  }
  static I16 Load16(const std::int16_t* p) {
    return Make([&](int i) { return p[i]; });
  }
  static void Store16(std::int16_t* p, const I16& a) {
    for (int i = 0; i < 8; ++i) p[i] = a.lane[i];
  }
  static I16 Set16(int v) {
    return Make([&](int) { return Plain::Set16(v); });
  }
  static I16 Add(const I16& a, const I16& b) {
    return Make([&](int i) { return Plain::Add(a.lane[i], b.lane[i]); });
  }
  static I16 Sub(const I16& a, const I16& b) {
    return Make([&](int i) { return Plain::Sub(a.lane[i], b.lane[i]); });
  }
  static I16 Mul(const I16& a, const I16& b) {
    return Make([&](int i) { return Plain::Mul(a.lane[i], b.lane[i]); });
  }
  template <int n>
  static I16 Shl(const I16& a) {
    return Make([&](int i) { return Plain::Shl<n>(a.lane[i]); });
  }
  template <int n>
  static I16 Shr(const I16& a) {
    return Make([&](int i) { return Plain::Shr<n>(a.lane[i]); });
  }
  static void StoreBytes(std::uint8_t* p, const I16& a) {
    for (int i = 0; i < 8; ++i) Plain::StoreBytes(p + i, a.lane[i]);
  }
  // Two neighbouring bytes each, the first in the low half.
  static I16 LoadPairs(const std::uint8_t* from, const std::int32_t* at) {
    return Make(
        [&](int i) { return static_cast<std::int16_t>(from[at[i]] | from[at[i] + 1] << 8); });
  }
  // Of four places in a plane, given in 1/65536: the offsets of their samples.
  static void FourOffsets(int x, int step_x, int y, int step_y, int stride, std::int32_t* out) {
    for (int i = 0; i < 4; ++i) {
      out[i] = ((y + step_y * i) >> 16) * stride + ((x + step_x * i) >> 16);
    }
  }
  // Four times the low 16 bits of `a`, then of `b`.
  static I16 Halves(int a, int b) {
    return Make([&](int i) { return Plain::Set16(i < 4 ? a : b); });
  }
  static I16 ZeroToThreeTwice() {
    return Make([](int i) { return Plain::Set16(i % 4); });
  }
  static I16 MulRound(const I16& a, const I16& b) {
    return Make([&](int i) { return Plain::MulRound(a.lane[i], b.lane[i]); });
  }
};

}  // namespace
}  // namespace onair::beauty
