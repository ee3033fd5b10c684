// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <utility>

#include "platform/sdk/executor.h"

namespace onair {

// Carries events to the app's executor and, once closed, keeps those that still wait there
// from reaching a listener that is gone. thread-safe.
template <typename Event>
class EventGate {
 public:
  using Listener = std::function<void(const Event&)>;

  EventGate(Executor executor, Listener listener)
      : executor_(std::move(executor)), shared_(std::make_shared<Shared>()) {
    shared_->listener = std::move(listener);
  }
  ~EventGate() { Close(); }

  void Emit(Event event) {
    executor_([shared = shared_, event = std::move(event)] {
      const std::lock_guard lock(shared->mutex);
      if (shared->listener) shared->listener(event);
    });
  }

  // The same, and `told` afterwards.
  void Emit(Event event, std::function<void()> told) {
    executor_([shared = shared_, event = std::move(event), told = std::move(told)] {
      {
        const std::lock_guard lock(shared->mutex);
        if (shared->listener) shared->listener(event);
      }
      told();
    });
  }

  // Emits like this gate, may outlive it, and is silent once it is closed.
  std::function<void(Event)> emitter() const {
    return [executor = executor_, shared = shared_](Event event) {
      executor([shared, event = std::move(event)] {
        const std::lock_guard lock(shared->mutex);
        if (shared->listener) shared->listener(event);
      });
    };
  }

  // No listener call begins after return, and none is under way on another thread.
  void Close() {
    const std::lock_guard lock(shared_->mutex);
    shared_->listener = nullptr;
  }

 private:
  struct Shared {
    // Recursive: a listener on the app's thread may destroy the publisher or player, which
    // closes the gate from inside the call.
    std::recursive_mutex mutex;
    Listener listener;
  };

  Executor executor_;
  std::shared_ptr<Shared> shared_;
};

}  // namespace onair
