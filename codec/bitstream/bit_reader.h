// SPDX-License-Identifier: Apache-2.0
//
// Bounded bit reading, most significant bit first, with the Exp-Golomb codes of
// ITU-T H.264 section 9.1. Reading past the end gives zeros and makes ok() false for good.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/bytes.h"

namespace onair::codec {

class BitReader {
 public:
  explicit BitReader(ByteView bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  std::size_t remaining() const { return bytes_.size() * 8 - position_; }

  bool Flag() { return Bits(1) != 0; }

  // `count` in 0..32.
  std::uint32_t Bits(int count) {
    const auto wanted = static_cast<std::size_t>(count);
    if (wanted > remaining()) {
      Exhaust();
      return 0;
    }
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < wanted; ++i, ++position_) {
      const unsigned byte = bytes_[position_ / 8];
      value = (value << 1) | ((byte >> (7 - position_ % 8)) & 1U);
    }
    return value;
  }

  void Skip(std::size_t count) {
    if (count > remaining()) return Exhaust();
    position_ += count;
  }

  // ue(v): 0..2^32-2. More than 31 leading zeros is no legal code of the fields we read.
  std::uint32_t Ue() {
    int zeros = 0;
    while (ok_ && !Flag()) ++zeros;
    if (!ok_ || zeros > 31) {
      Exhaust();
      return 0;
    }
    return static_cast<std::uint32_t>((std::uint64_t{1} << zeros) - 1) + Bits(zeros);
  }

  // se(v).
  std::int32_t Se() {
    const std::int64_t code = Ue();
    return static_cast<std::int32_t>(code % 2 != 0 ? (code + 1) / 2 : -(code / 2));
  }

 private:
  void Exhaust() {
    ok_ = false;
    position_ = bytes_.size() * 8;
  }

  ByteView bytes_;
  std::size_t position_ = 0;
  bool ok_ = true;
};

}  // namespace onair::codec
