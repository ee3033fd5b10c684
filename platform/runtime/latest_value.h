// SPDX-License-Identifier: Apache-2.0
//
// A cell for records that flow uphill: writing replaces, reading gives the newest.
#pragma once

#include <cstdint>
#include <optional>
#include <utility>

#include "platform/runtime/mutex.h"

namespace onair::runtime {

// Thread-safe.
template <typename T>
class LatestValue {
 public:
  explicit LatestValue(T first) : value_(std::move(first)) {}

  void Set(T value) {
    MutexLock lock(mutex_);
    value_ = std::move(value);
    ++version_;
  }

  T Get() const {
    MutexLock lock(mutex_);
    return value_;
  }

  // The value if it was set since the reader's last look. `seen` belongs to the reader and
  // starts at 0.
  std::optional<T> GetIfNewer(std::uint64_t& seen) const {
    MutexLock lock(mutex_);
    if (seen == version_) return std::nullopt;
    seen = version_;
    return value_;
  }

 private:
  mutable Mutex mutex_;
  T value_ ONAIR_GUARDED_BY(mutex_);
  std::uint64_t version_ ONAIR_GUARDED_BY(mutex_) = 0;
};

}  // namespace onair::runtime
