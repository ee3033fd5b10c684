// SPDX-License-Identifier: Apache-2.0
//
// Bounded big-endian writing into memory of the caller's: packets are built without allocating.
// Writing past the end writes nothing more and makes ok() false for good: a writer writes a
// whole record, then asks once.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

#include "core/base/bytes.h"

namespace onair::rtp {

class SpanWriter {
 public:
  explicit SpanWriter(std::span<std::uint8_t> room) : room_(room) {}

  bool ok() const { return ok_; }
  std::size_t size() const { return size_; }
  std::size_t remaining() const { return room_.size() - size_; }
  ByteView view() const { return room_.first(size_); }

  SpanWriter& U8(std::uint8_t v) { return BigEndian(v, 1); }
  SpanWriter& U16(std::uint16_t v) { return BigEndian(v, 2); }
  SpanWriter& U24(std::uint32_t v) { return BigEndian(v, 3); }
  SpanWriter& U32(std::uint32_t v) { return BigEndian(v, 4); }
  SpanWriter& U64(std::uint64_t v) { return BigEndian(v, 8); }
  SpanWriter& Append(ByteView bytes) {
    if (Take(bytes.size())) {
      std::copy(bytes.begin(), bytes.end(), room_.begin() + Offset(size_ - bytes.size()));
    }
    return *this;
  }
  SpanWriter& Zeros(std::size_t count) {
    if (Take(count)) {
      std::fill_n(room_.begin() + Offset(size_ - count), count, std::uint8_t{0});
    }
    return *this;
  }

  // A field whose value is known later; `at` was size() before it was first written.
  void PatchU16(std::size_t at, std::uint16_t v) {
    if (at + 2 > size_) return;
    room_[at] = static_cast<std::uint8_t>(v >> 8);
    room_[at + 1] = static_cast<std::uint8_t>(v);
  }
  void PatchU8(std::size_t at, std::uint8_t v) {
    if (at < size_) room_[at] = v;
  }
  // Takes back what was written from `size` on; what was not ok stays so.
  void Truncate(std::size_t size) { size_ = std::min(size_, size); }

 private:
  static std::ptrdiff_t Offset(std::size_t at) { return static_cast<std::ptrdiff_t>(at); }
  bool Take(std::size_t count) {
    ok_ = ok_ && count <= remaining();
    if (ok_) size_ += count;
    return ok_;
  }
  SpanWriter& BigEndian(std::uint64_t v, std::size_t count) {
    if (!Take(count)) return *this;
    for (std::size_t i = 1; i <= count; ++i, v >>= 8) {
      room_[size_ - i] = static_cast<std::uint8_t>(v);
    }
    return *this;
  }

  std::span<std::uint8_t> room_;
  std::size_t size_ = 0;
  bool ok_ = true;
};

}  // namespace onair::rtp
