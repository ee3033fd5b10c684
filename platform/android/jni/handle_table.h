// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <utility>

#include "core/base/result.h"
#include "platform/runtime/mutex.h"

namespace onair::jni {

// What Java holds of native objects: numbers that are never used again, so that one whose object is
// gone leads nowhere instead of to freed memory. Who found an object keeps it while he uses it.
// thread-safe.
template <typename T>
class HandleTable {
 public:
  std::int64_t Add(std::shared_ptr<T> object) {
    const runtime::MutexLock lock(mutex_);
    objects_.emplace(++last_, std::move(object));
    return last_;
  }

  // kInvalidState: closed, or never there.
  Result<std::shared_ptr<T>> Find(std::int64_t handle) const {
    const runtime::MutexLock lock(mutex_);
    const auto found = objects_.find(handle);
    if (found == objects_.end()) return Fail(ErrorCode::kInvalidState, "closed");
    return found->second;
  }

  // Null where it is gone; so of many who ask, one gets it.
  std::shared_ptr<T> Remove(std::int64_t handle) {
    const runtime::MutexLock lock(mutex_);
    const auto found = objects_.find(handle);
    if (found == objects_.end()) return nullptr;
    auto object = std::move(found->second);
    objects_.erase(found);
    return object;
  }

  // What Java holds of them now.
  std::size_t size() const {
    const runtime::MutexLock lock(mutex_);
    return objects_.size();
  }

 private:
  mutable runtime::Mutex mutex_;
  std::unordered_map<std::int64_t, std::shared_ptr<T>> objects_ ONAIR_GUARDED_BY(mutex_);
  std::int64_t last_ ONAIR_GUARDED_BY(mutex_) = 0;
};

}  // namespace onair::jni
