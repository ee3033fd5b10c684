// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>

namespace onair::ice {

// A queue of at most `kCapacity` values in place. What does not fit is dropped and counted.
// Single-owner.
template <typename T, std::size_t kCapacity>
class Ring {
 public:
  bool is_empty() const { return size_ == 0; }
  std::size_t size() const { return size_; }
  std::int64_t dropped() const { return dropped_; }

  bool Push(T value) {
    if (size_ == kCapacity) {
      ++dropped_;
      return false;
    }
    slots_[(first_ + size_++) % kCapacity] = std::move(value);
    return true;
  }

  std::optional<T> Pop() {
    if (size_ == 0) return std::nullopt;
    std::optional<T> value = std::exchange(slots_[first_], std::nullopt);
    first_ = (first_ + 1) % kCapacity;
    --size_;
    return value;
  }

  void Clear() {
    while (Pop()) {
    }
  }

 private:
  std::array<std::optional<T>, kCapacity> slots_{};
  std::size_t first_ = 0;
  std::size_t size_ = 0;
  std::int64_t dropped_ = 0;
};

}  // namespace onair::ice
