// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <utility>

#include "platform/runtime/loop.h"
#include "platform/sdk/executor.h"

namespace onair {

// Marks that a callback of `owner` runs on this thread, so that its destruction from there is
// refused instead of waiting for itself.
class InCallback {
 public:
  explicit InCallback(const void* owner) : before_(std::exchange(current_, owner)) {}
  ~InCallback() { current_ = before_; }
  InCallback(const InCallback&) = delete;
  InCallback& operator=(const InCallback&) = delete;

  static bool Of(const void* owner) { return current_ == owner; }

 private:
  static inline thread_local const void* current_ = nullptr;
  const void* before_;
};

// Calls a function of the app, which may be C++ itself: what it throws ends here.
template <typename... Arguments>
void CallApp(const void* owner, void (*function)(Arguments...),
             std::type_identity_t<Arguments>... arguments) noexcept {
  const InCallback mark(owner);
  try {
    function(arguments...);
  } catch (...) {  // Nobody is there whom it could be told.
  }
}

// The thread on which an app hears from one publisher or player. thread-safe.
class CallbackThread {
 public:
  CallbackThread() = default;
  ~CallbackThread() { Stop(); }

  Status Start() { return loop_.Start(); }
  Executor executor() const { return loop_.executor(); }

  // Runs `tick` each `every`, from then on; once.
  void Repeat(TimeDelta every, std::function<void()> tick) {
    loop_.PostAfter(every, [this, every, tick = std::move(tick)] {
      if (is_quiet_) return;
      tick();
      Repeat(every, tick);
    });
  }

  // No tick runs or begins after return. Not on this thread.
  void Quiet() {
    is_quiet_ = true;
    Drain();
  }
  // All that was handed to it before is told. Not on this thread.
  void Drain() {
    loop_.RunAndWait([] {});
  }
  void Stop() { loop_.Stop(); }

 private:
  std::atomic<bool> is_quiet_{false};
  runtime::Loop loop_{"onair.app"};
};

}  // namespace onair
