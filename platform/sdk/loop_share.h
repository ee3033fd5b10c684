// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <utility>

#include "platform/runtime/loop.h"

namespace onair {

// A loop that others may use as well, for as long as one user of it lives: what is posted through
// here does not run after Close(). thread-safe, except destruction.
class LoopShare {
 public:
  using Task = runtime::Loop::Task;

  explicit LoopShare(std::shared_ptr<runtime::Loop> loop) : loop_(std::move(loop)) {}
  LoopShare(const LoopShare&) = delete;
  LoopShare& operator=(const LoopShare&) = delete;

  runtime::Loop& loop() { return *loop_; }

  void Post(Task task) { loop_->Post(Guarded(is_open_, std::move(task))); }
  void PostAfter(TimeDelta wait, Task task) {
    loop_->PostAfter(wait, Guarded(is_open_, std::move(task)));
  }
  // Valid for ever, silent after Close().
  runtime::Executor executor() const {
    return [on_loop = loop_->executor(), is_open = is_open_](Task task) {
      on_loop(Guarded(is_open, std::move(task)));
    };
  }

  // Runs `last` on the loop and waits for it. Not on the loop's thread.
  void Close(const Task& last) {
    const bool has_run = loop_->RunAndWait([&] {
      *is_open_ = false;
      last();
    });
    if (!has_run) last();  // The loop is stopped: nothing can run beside this.
  }

 private:
  static Task Guarded(const std::shared_ptr<bool>& is_open, Task task) {
    return [is_open, task = std::move(task)] {
      if (*is_open) task();
    };
  }

  const std::shared_ptr<runtime::Loop> loop_;
  // Read and written on the loop's thread only.
  const std::shared_ptr<bool> is_open_ = std::make_shared<bool>(true);
};

}  // namespace onair
