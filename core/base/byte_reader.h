// SPDX-License-Identifier: Apache-2.0
//
// Bounded big-endian reading. Reading past the end gives zeros and makes ok() false for
// good: a parser reads a whole record, then asks once.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "core/base/bytes.h"

namespace onair {

class ByteReader {
 public:
  explicit ByteReader(ByteView bytes) : bytes_(bytes) {}

  bool ok() const { return ok_; }
  std::size_t remaining() const { return bytes_.size() - position_; }
  std::size_t position() const { return position_; }

  std::uint8_t U8() { return static_cast<std::uint8_t>(BigEndian(1)); }
  std::uint16_t U16() { return static_cast<std::uint16_t>(BigEndian(2)); }
  std::uint32_t U24() { return static_cast<std::uint32_t>(BigEndian(3)); }
  std::uint32_t U32() { return static_cast<std::uint32_t>(BigEndian(4)); }
  std::uint64_t U64() { return BigEndian(8); }
  std::uint32_t U32Little() {
    const std::uint32_t v = U32();
    return (v >> 24) | ((v >> 8) & 0xff00U) | ((v << 8) & 0xff0000U) | (v << 24);
  }
  std::int32_t S24() {
    const std::uint32_t v = U24();
    return static_cast<std::int32_t>(v << 8) >> 8;
  }
  double F64() { return std::bit_cast<double>(U64()); }

  // The next `count` bytes, borrowed; empty and not ok when fewer are left.
  ByteView Take(std::size_t count) {
    if (count > remaining()) {
      Exhaust();
      return {};
    }
    const ByteView part = bytes_.subspan(position_, count);
    position_ += count;
    return part;
  }
  ByteView TakeRest() { return Take(remaining()); }
  void Skip(std::size_t count) { static_cast<void>(Take(count)); }

 private:
  std::uint64_t BigEndian(std::size_t count) {
    std::uint64_t value = 0;
    for (const std::uint8_t byte : Take(count)) value = (value << 8) | byte;
    return value;
  }
  void Exhaust() {
    ok_ = false;
    position_ = bytes_.size();
  }

  ByteView bytes_;
  std::size_t position_ = 0;
  bool ok_ = true;
};

}  // namespace onair
