// SPDX-License-Identifier: Apache-2.0
#import <Onair/ONDefines.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>

#include "platform/runtime/mutex.h"
#include "platform/sdk/executor.h"

namespace onair::apple {

// An order of tasks on an NSOperationQueue: one after the other, in the order of posting, also
// where that queue is concurrent. The main queue means the main thread. thread-safe.
class Strand : public std::enable_shared_from_this<Strand> {
 public:
  // Nil: a serial queue of its own.
  explicit Strand(NSOperationQueue* queue);
  ~Strand();
  Strand(const Strand&) = delete;
  Strand& operator=(const Strand&) = delete;

  NSOperationQueue* queue() const { return queue_; }

  // Beyond kMostWaiting, behind a queue that is suspended or held up, the oldest task goes.
  void Post(std::function<void()> task);
  // Posts as long as the strand is there.
  Executor executor();

  // Runs what waits, some of it, on the present thread; by its own operations alone.
  void Run();

  std::int64_t dropped() const;

  // Source: ours; a publisher on a poor line makes a few events a second, so this is many minutes
  // of an app that hears nothing.
  static constexpr std::size_t kMostWaiting = 4096;

 private:
  void Schedule();

  NSOperationQueue* const queue_;  // Retained.
  mutable runtime::Mutex mutex_;
  std::deque<std::function<void()>> waiting_ ONAIR_GUARDED_BY(mutex_);
  bool is_scheduled_ ONAIR_GUARDED_BY(mutex_) = false;
  std::int64_t dropped_ ONAIR_GUARDED_BY(mutex_) = 0;
};

// Runs `task` soon, on a thread that nobody waits for.
void Elsewhere(std::function<void()> task);

}  // namespace onair::apple
