// SPDX-License-Identifier: Apache-2.0
//
// One thread that waits for sockets, timers and tasks, and runs them one after the other.
// Everything that belongs to a loop (streams, listeners, drivers) is used on its thread only;
// other threads reach it by Post().
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/base/result.h"
#include "core/units/time.h"

namespace onair::runtime {

class Resolver;

// Runs a task on some thread, now or later; the shape of the executor that an app gives.
using Executor = std::function<void(std::function<void()>)>;

// Names a timer of one loop; never given twice.
enum class TimerId : std::uint64_t { kNone = 0 };

// Counters only grow.
struct LoopStats {
  std::int64_t tasks_run = 0;          // Posted, and run.
  std::int64_t tasks_dropped = 0;      // Posted after Stop().
  std::int64_t timers_fired = 0;       // Those of PostAt() and PostAfter().
  std::int64_t tasks_waiting_max = 0;  // Most that waited at once.
};

// Thread-safe, except Run() and destruction. Destroy it after everything that belongs to it,
// or after Stop(): what outlives its loop stays silent and frees its socket when destroyed.
class Loop {
 public:
  using Task = std::function<void()>;  // Must not throw, and not block for long.

  // `name` is shown by debuggers, at most 15 characters: "onair.net".
  explicit Loop(std::string name);
  ~Loop();  // Stop(). Never on the loop's own thread.
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  // Starts the loop on a thread of its own. Once, and not beside Run(). kSocket or
  // kOutOfMemory when the system has no descriptor or thread left.
  Status Start();

  // Makes the caller's thread the loop until Stop(). Once, and not beside Start().
  Status Run();

  // What was posted before runs; what is posted later is dropped and counted; timers do not
  // fire any more. Returns when the loop's thread is done (joined). On that thread itself it
  // only asks, and the loop ends after the present tasks. May be called again.
  void Stop();

  // Runs `task` on the loop's thread, in posting order. False: stopped, dropped.
  bool Post(Task task);

  // Posts and waits for its end; in place on the loop's own thread. False: the loop is
  // stopped and `task` did not run. A loop that was never started makes it wait.
  bool RunAndWait(const Task& task);

  // Runs `task` once at `at` (runtime::Now() time); early never, late when the thread is busy.
  TimerId PostAt(Timestamp at, Task task);
  // The same at `wait` from now.
  TimerId PostAfter(TimeDelta wait, Task task);

  // True: it will not run. On the loop's thread false means that it has run; elsewhere it may
  // run just now. kNone is allowed.
  bool Cancel(TimerId timer);

  bool is_current() const;  // The caller is on the loop's thread.
  bool is_stopped() const;  // Stop() was called.

  // Posts here; valid for ever, silent after the loop's end.
  Executor executor() const;

  // The system's name service, asked off the loop's thread.
  std::shared_ptr<Resolver> resolver() const;

  LoopStats stats() const;  // A snapshot.

  // For this room's own sources.
  struct Core;
  // Likewise.
  const std::shared_ptr<Core>& core() const { return core_; }

 private:
  std::shared_ptr<Core> core_;
};

}  // namespace onair::runtime
