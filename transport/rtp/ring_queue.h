// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

#include "core/base/check.h"

namespace onair::rtp {

// First in, first out, in memory that is used again: grows by doubling up to `limit` and then
// refuses. Nothing is allocated once the usual depth was reached. Single-owner.
template <typename T>
class RingQueue {
 public:
  // `limit` >= 1.
  explicit RingQueue(std::size_t limit) : limit_(limit) {}

  [[nodiscard]] bool Push(const T& value) {
    if (count_ == limit_) return false;
    if (count_ == slots_.size()) Grow();
    slots_[(first_ + count_++) % slots_.size()] = value;
    return true;
  }
  void Pop() {
    ONAIR_DCHECK(count_ > 0);
    slots_[first_].reset();
    first_ = (first_ + 1) % slots_.size();
    --count_;
  }
  const T& front() const {
    ONAIR_DCHECK(count_ > 0);
    return *slots_[first_];
  }
  bool empty() const { return count_ == 0; }
  std::size_t size() const { return count_; }

 private:
  void Grow() {
    std::vector<std::optional<T>> larger(slots_.empty() ? 16 : slots_.size() * 2);
    for (std::size_t i = 0; i < count_; ++i)
      larger[i] = std::move(slots_[(first_ + i) % slots_.size()]);
    slots_.swap(larger);
    first_ = 0;
  }

  std::size_t limit_;
  std::vector<std::optional<T>> slots_;
  std::size_t first_ = 0;
  std::size_t count_ = 0;
};

}  // namespace onair::rtp
