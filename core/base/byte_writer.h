// SPDX-License-Identifier: Apache-2.0
//
// Big-endian writing into a growing vector.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

#include "core/base/bytes.h"

namespace onair {

class ByteWriter {
 public:
  ByteWriter& U8(std::uint8_t v) { return BigEndian(v, 1); }
  ByteWriter& U16(std::uint16_t v) { return BigEndian(v, 2); }
  ByteWriter& U24(std::uint32_t v) { return BigEndian(v, 3); }
  ByteWriter& U32(std::uint32_t v) { return BigEndian(v, 4); }
  ByteWriter& U64(std::uint64_t v) { return BigEndian(v, 8); }
  ByteWriter& U32Little(std::uint32_t v) {
    for (int i = 0; i < 4; ++i) out_.push_back(static_cast<std::uint8_t>(v >> (8 * i)));
    return *this;
  }
  ByteWriter& F64(double v) { return U64(std::bit_cast<std::uint64_t>(v)); }
  ByteWriter& Append(ByteView bytes) {
    out_.insert(out_.end(), bytes.begin(), bytes.end());
    return *this;
  }
  ByteWriter& Text(std::string_view text) {
    out_.insert(out_.end(), text.begin(), text.end());
    return *this;
  }

  void Reserve(std::size_t bytes) { out_.reserve(bytes); }
  std::size_t size() const { return out_.size(); }
  ByteView view() const { return out_; }
  Bytes Take() { return std::exchange(out_, {}); }

 private:
  ByteWriter& BigEndian(std::uint64_t v, int count) {
    for (int i = count - 1; i >= 0; --i) out_.push_back(static_cast<std::uint8_t>(v >> (8 * i)));
    return *this;
  }

  Bytes out_;
};

}  // namespace onair
