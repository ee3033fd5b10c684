// SPDX-License-Identifier: Apache-2.0
//
// The mirror of BitReader.
#pragma once

#include <bit>
#include <cstdint>
#include <utility>

#include "core/base/bytes.h"

namespace onair::codec {

class BitWriter {
 public:
  // `count` in 0..32; the low bits of `value`.
  BitWriter& Bits(std::uint32_t value, int count) {
    for (int i = count - 1; i >= 0; --i) {
      if (used_ % 8 == 0) out_.push_back(0);
      const auto bit = static_cast<std::uint8_t>((value >> i) & 1U);
      out_.back() = static_cast<std::uint8_t>(out_.back() | (bit << (7 - used_ % 8)));
      ++used_;
    }
    return *this;
  }
  BitWriter& Flag(std::uint32_t value) { return Bits(value, 1); }

  // ue(v), `value` < 2^31.
  BitWriter& Ue(std::uint32_t value) {
    const int length = static_cast<int>(std::bit_width(value + 1));
    return Bits(0, length - 1).Bits(value + 1, length);
  }

  // se(v).
  BitWriter& Se(std::int32_t value) {
    const std::int64_t wide = value;
    return Ue(static_cast<std::uint32_t>(wide > 0 ? 2 * wide - 1 : -2 * wide));
  }

  // A 1 and zeros up to the byte's end (rbsp_trailing_bits, H.264 section 7.3.2.11).
  BitWriter& StopBit() {
    Flag(1);
    while (used_ % 8 != 0) Flag(0);
    return *this;
  }

  Bytes Take() {
    used_ = 0;
    return std::exchange(out_, {});
  }

 private:
  Bytes out_;
  std::size_t used_ = 0;
};

}  // namespace onair::codec
