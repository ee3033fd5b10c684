// SPDX-License-Identifier: Apache-2.0
//
// The inside of a Loop, for this room's sources that need Asio. Never included by a header
// that users see.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <unordered_map>

#include "core/base/bytes.h"
#include "core/base/check.h"
#include "platform/runtime/loop.h"
#include "platform/runtime/mutex.h"
#include "platform/runtime/resolver.h"

namespace onair::runtime {

// Outlives its Loop as long as a stream or listener holds it, so that no socket ever loses the
// io_context below it. Methods are thread-safe unless they say otherwise.
struct Loop::Core : std::enable_shared_from_this<Loop::Core> {
  explicit Core(std::string loop_name);

  Status Start();
  Status Run();
  void Stop();
  bool Post(Task task);
  TimerId PostAt(Timestamp at, Task task);
  bool Cancel(TimerId timer);
  bool is_current() const { return loop_thread_.load() == std::this_thread::get_id(); }
  bool is_stopped() const;
  LoopStats stats() const;

  // Loop thread only, valid until the next turn: where sockets are read to.
  Bytes& scratch() { return scratch_; }
  // Only on a loop whose Start() or Run() did not fail.
  boost::asio::io_context& io() {
    ONAIR_CHECK(io_.has_value());
    return *io_;
  }
  // The system's, for streams without one of their own.
  const std::shared_ptr<Resolver>& resolver() const { return resolver_; }

 private:
  enum class Stage { kNew, kRunning, kEnded };
  struct TimerKey {
    Timestamp at;
    std::uint64_t id;
    auto operator<=>(const TimerKey&) const = default;
  };

  Status Claim();
  void RunUntilStopped();
  void PostTurn() ONAIR_REQUIRES(mutex_);
  void Turn();
  void FireTimers();
  void ArmWake();
  std::optional<Task> TakeDue(Timestamp now, std::uint64_t below_id);

  // Declared first: everything below may refer to it while being destroyed.
  std::optional<boost::asio::io_context> io_;
  std::optional<boost::asio::steady_timer> wake_;
  Timestamp wake_at_ = Timestamp::PlusInfinity();  // Loop thread only.
  const std::string name_;
  Bytes scratch_;
  const std::shared_ptr<Resolver> resolver_ = MakeSystemResolver();
  std::atomic<std::thread::id> loop_thread_{};

  mutable Mutex mutex_;
  CondVar ended_;
  std::thread thread_ ONAIR_GUARDED_BY(mutex_);
  Stage stage_ ONAIR_GUARDED_BY(mutex_) = Stage::kNew;
  bool stopping_ ONAIR_GUARDED_BY(mutex_) = false;
  bool joining_ ONAIR_GUARDED_BY(mutex_) = false;
  bool turn_posted_ ONAIR_GUARDED_BY(mutex_) = false;
  std::deque<Task> tasks_ ONAIR_GUARDED_BY(mutex_);
  std::map<TimerKey, Task> timers_ ONAIR_GUARDED_BY(mutex_);
  std::unordered_map<std::uint64_t, Timestamp> timer_times_ ONAIR_GUARDED_BY(mutex_);
  std::uint64_t next_timer_ ONAIR_GUARDED_BY(mutex_) = 1;
  LoopStats stats_ ONAIR_GUARDED_BY(mutex_);
};

}  // namespace onair::runtime
