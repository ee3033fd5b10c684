// SPDX-License-Identifier: Apache-2.0
//
// A queue between two threads that cannot grow past its bound.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <optional>
#include <utility>

#include "core/units/time.h"
#include "platform/runtime/clock.h"
#include "platform/runtime/mutex.h"

namespace onair::runtime {

enum class WhenFull { kRefuse = 1, kDropOldest = 2 };

struct QueueBound {
  std::size_t items;  // At least 1.
  // Most of the sum of `measure` over all items (bytes, microseconds of media). One item
  // alone may pass it, else it could never travel.
  std::int64_t measure = std::numeric_limits<std::int64_t>::max();
};

// Counters only grow.
struct QueueStats {
  std::int64_t pushed = 0;   // Taken in.
  std::int64_t dropped = 0;  // Refused, or taken in and given up for a newer one.
  std::int64_t waiting_max = 0;
  TimeDelta age_max = TimeDelta::Zero();  // Longest stay of an item that was popped.
};

// Thread-safe.
template <typename T>
class BoundedQueue {
 public:
  using Measure = std::function<std::int64_t(const T&)>;

  // Without `measure` every item counts 0 and only the number of items is bound.
  BoundedQueue(QueueBound bound, WhenFull when_full, Measure measure = nullptr)
      : bound_(bound), when_full_(when_full), measure_(std::move(measure)) {}

  // False: refused or closed; `item` is gone.
  bool Push(T item) {
    const Timestamp now = Now();
    const std::int64_t size = measure_ ? measure_(item) : 0;
    std::deque<Entry> given_up;  // Freed after the lock: items may be large.
    {
      MutexLock lock(mutex_);
      if (closed_) return false;
      while (!items_.empty() && !Fits(size)) {
        if (when_full_ == WhenFull::kRefuse) {
          ++stats_.dropped;
          return false;
        }
        ++stats_.dropped;
        given_up.push_back(TakeFront());
      }
      items_.push_back(Entry{std::move(item), size, now});
      sum_ += size;
      ++stats_.pushed;
      stats_.waiting_max = std::max(stats_.waiting_max, static_cast<std::int64_t>(items_.size()));
    }
    filled_.NotifyOne();
    return true;
  }

  // The oldest, or nothing. Never waits.
  std::optional<T> TryPop() {
    MutexLock lock(mutex_);
    return PopFront();
  }

  // Waits for an item; nothing when `deadline` passed or the queue was closed and is empty.
  std::optional<T> PopUntil(Timestamp deadline) {
    MutexLock lock(mutex_);
    while (items_.empty() && !closed_ && Now() < deadline) filled_.WaitUntil(mutex_, deadline);
    return PopFront();
  }

  // Nothing comes in any more; what is inside can still be popped. Wakes waiters.
  void Close() {
    {
      MutexLock lock(mutex_);
      closed_ = true;
    }
    filled_.NotifyAll();
  }

  // Counts what was inside as dropped.
  void Clear() {
    std::deque<Entry> given_up;
    MutexLock lock(mutex_);
    given_up.swap(items_);
    stats_.dropped += static_cast<std::int64_t>(given_up.size());
    sum_ = 0;
  }

  std::size_t size() const {
    MutexLock lock(mutex_);
    return items_.size();
  }
  std::int64_t measure() const {
    MutexLock lock(mutex_);
    return sum_;
  }
  QueueStats stats() const {
    MutexLock lock(mutex_);
    return stats_;
  }

 private:
  struct Entry {
    T item;
    std::int64_t size;
    Timestamp pushed_at;
  };

  bool Fits(std::int64_t size) const ONAIR_REQUIRES(mutex_) {
    return items_.size() < bound_.items && size <= bound_.measure - sum_;
  }
  Entry TakeFront() ONAIR_REQUIRES(mutex_) {
    Entry entry = std::move(items_.front());
    items_.pop_front();
    sum_ -= entry.size;
    return entry;
  }
  std::optional<T> PopFront() ONAIR_REQUIRES(mutex_) {
    if (items_.empty()) return std::nullopt;
    Entry entry = TakeFront();
    stats_.age_max = std::max(stats_.age_max, Now() - entry.pushed_at);
    return std::move(entry.item);
  }

  const QueueBound bound_;
  const WhenFull when_full_;
  const Measure measure_;
  mutable Mutex mutex_;
  CondVar filled_;
  std::deque<Entry> items_ ONAIR_GUARDED_BY(mutex_);
  std::int64_t sum_ ONAIR_GUARDED_BY(mutex_) = 0;
  bool closed_ ONAIR_GUARDED_BY(mutex_) = false;
  QueueStats stats_ ONAIR_GUARDED_BY(mutex_);
};

}  // namespace onair::runtime
