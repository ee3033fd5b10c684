// SPDX-License-Identifier: Apache-2.0
//
// Locks that clang checks at compile time (-Wthread-safety): data says which lock guards it,
// functions say which lock they need. std::mutex carries no such notes under libstdc++.
#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

#include "core/units/time.h"

// A note for clang; nothing for others.
#if defined(__clang__)
#define ONAIR_THREAD_NOTE(x) __attribute__((x))
#else
#define ONAIR_THREAD_NOTE(x)
#endif
// Of data: touched only with `lock` held.
#define ONAIR_GUARDED_BY(lock) ONAIR_THREAD_NOTE(guarded_by(lock))
// Of a function: called only with these locks held.
#define ONAIR_REQUIRES(...) ONAIR_THREAD_NOTE(requires_capability(__VA_ARGS__))
// Of a function: called only without these locks held.
#define ONAIR_EXCLUDES(...) ONAIR_THREAD_NOTE(locks_excluded(__VA_ARGS__))

namespace onair::runtime {

// Thread-safe. Not recursive.
class ONAIR_THREAD_NOTE(capability("mutex")) Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  void Lock() ONAIR_THREAD_NOTE(acquire_capability()) { native_.lock(); }
  void Unlock() ONAIR_THREAD_NOTE(release_capability()) { native_.unlock(); }

 private:
  friend class CondVar;
  std::mutex native_;
};

// Holds a Mutex for its scope.
class ONAIR_THREAD_NOTE(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) ONAIR_THREAD_NOTE(acquire_capability(mutex)) : mutex_(mutex) {
    mutex_.Lock();
  }
  ~MutexLock() ONAIR_THREAD_NOTE(release_capability()) { mutex_.Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

// Waits under a Mutex. May wake for no reason: always wait in a loop over the condition.
class CondVar {
 public:
  // Until somebody notifies.
  void Wait(Mutex& mutex) ONAIR_REQUIRES(mutex) {
    std::unique_lock<std::mutex> borrowed(mutex.native_, std::adopt_lock);
    condition_.wait(borrowed);
    borrowed.release();
  }
  // Returns at the latest at `deadline`, which is runtime::Now() time.
  void WaitUntil(Mutex& mutex, Timestamp deadline) ONAIR_REQUIRES(mutex) {
    if (!deadline.is_finite()) return Wait(mutex);
    std::unique_lock<std::mutex> borrowed(mutex.native_, std::adopt_lock);
    condition_.wait_until(
        borrowed, std::chrono::steady_clock::time_point(std::chrono::microseconds(deadline.us())));
    borrowed.release();
  }
  // Wakes one who waits, if anybody does.
  void NotifyOne() { condition_.notify_one(); }
  // Wakes all who wait.
  void NotifyAll() { condition_.notify_all(); }

 private:
  std::condition_variable condition_;
};

}  // namespace onair::runtime
