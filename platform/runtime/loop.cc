// SPDX-License-Identifier: Apache-2.0
#include "platform/runtime/loop.h"

#include <algorithm>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <system_error>
#include <utility>

#include "core/base/check.h"
#include "platform/runtime/clock.h"
#include "platform/runtime/loop_core.h"

#if defined(__linux__) || defined(__APPLE__)
#include <pthread.h>
#endif

namespace onair::runtime {
namespace {

// One read of a busy socket. Source: ours; 64 KiB is the largest single TLS flight and loopback
// segment, larger reads gained nothing on a 2-core machine.
constexpr std::size_t kScratch = 64 * 1024;

void NameThisThread([[maybe_unused]] const std::string& name) {
  // Linux refuses names over 15 characters as a whole.
#if defined(__linux__)
  pthread_setname_np(pthread_self(), name.substr(0, 15).c_str());
#elif defined(__APPLE__)
  pthread_setname_np(name.c_str());
#endif
}

}  // namespace

Loop::Core::Core(std::string loop_name) : name_(std::move(loop_name)), scratch_(kScratch) {
  try {
    io_.emplace(1);  // One thread runs it: no inner hand-over.
    wake_.emplace(*io_);
  } catch (const std::exception&) {
    wake_.reset();  // No descriptor left; Start() tells.
    io_.reset();
  }
}

Status Loop::Core::Claim() {
  MutexLock lock(mutex_);
  if (stopping_) return Fail(ErrorCode::kInvalidState, "loop " + name_ + " is stopped");
  if (stage_ != Stage::kNew) {
    return Fail(ErrorCode::kInvalidState, "loop " + name_ + " runs already");
  }
  if (!io_) {
    stopping_ = true;
    return Fail(ErrorCode::kSocket, "loop " + name_ + ": no descriptor left");
  }
  stage_ = Stage::kRunning;
  return {};
}

Status Loop::Core::Start() {
  if (Status claimed = Claim(); !claimed) return claimed;
  MutexLock lock(mutex_);
  try {
    thread_ = std::thread([this] {
      NameThisThread(name_);
      RunUntilStopped();
    });
  } catch (const std::system_error& error) {
    stopping_ = true;
    stage_ = Stage::kEnded;
    return Fail(ErrorCode::kOutOfMemory, "loop " + name_ + ": no thread left",
                error.code().value());
  }
  return {};
}

Status Loop::Core::Run() {
  if (Status claimed = Claim(); !claimed) return claimed;
  RunUntilStopped();
  return {};
}

void Loop::Core::RunUntilStopped() {
  loop_thread_ = std::this_thread::get_id();
  const auto work = boost::asio::make_work_guard(*io_);
  io_->run();
  // Timers that never fired die here, on the thread their owners know.
  std::map<TimerKey, Task> unfired;
  {
    MutexLock lock(mutex_);
    unfired.swap(timers_);
    timer_times_.clear();
  }
  unfired.clear();
  loop_thread_ = std::thread::id();
  MutexLock lock(mutex_);
  stage_ = Stage::kEnded;
  ended_.NotifyAll();
}

void Loop::Core::Stop() {
  std::thread thread;
  {
    MutexLock lock(mutex_);
    if (!stopping_) {
      stopping_ = true;
      if (io_) PostTurn();
    }
    if (is_current() || stage_ == Stage::kNew) return;
    while (stage_ != Stage::kEnded || joining_) ended_.Wait(mutex_);
    if (!thread_.joinable()) return;
    joining_ = true;
    thread = std::move(thread_);
  }
  thread.join();
  MutexLock lock(mutex_);
  joining_ = false;
  ended_.NotifyAll();
}

bool Loop::Core::Post(Task task) {
  // A dropped task dies after the lock: its captures may post again.
  MutexLock lock(mutex_);
  if (stopping_) {
    ++stats_.tasks_dropped;
    return false;
  }
  tasks_.push_back(std::move(task));
  stats_.tasks_waiting_max =
      std::max(stats_.tasks_waiting_max, static_cast<std::int64_t>(tasks_.size()));
  if (!turn_posted_ && io_) PostTurn();
  return true;
}

void Loop::Core::PostTurn() {
  turn_posted_ = true;
  boost::asio::post(*io_, [this] { Turn(); });
}

// Runs what waits now; what these tasks post waits for the next turn, so sockets and timers
// get theirs in between.
void Loop::Core::Turn() {
  std::deque<Task> batch;
  {
    MutexLock lock(mutex_);
    batch.swap(tasks_);
    turn_posted_ = false;
    stats_.tasks_run += static_cast<std::int64_t>(batch.size());
  }
  for (Task& task : batch) {
    task();
    task = nullptr;  // Captures die before the next task runs.
  }
  MutexLock lock(mutex_);
  if (stopping_ && tasks_.empty()) io_->stop();
}

TimerId Loop::Core::PostAt(Timestamp at, Task task) {
  std::uint64_t id = 0;
  bool is_first = false;
  {
    MutexLock lock(mutex_);
    if (stopping_) {
      ++stats_.tasks_dropped;
      return TimerId::kNone;
    }
    id = next_timer_++;
    const auto [entry, inserted] = timers_.emplace(TimerKey{at, id}, std::move(task));
    timer_times_.emplace(id, at);
    is_first = entry == timers_.begin();
    if (is_first && !is_current() && io_) {
      boost::asio::post(*io_, [this] { ArmWake(); });
    }
  }
  if (is_first && is_current()) ArmWake();
  return static_cast<TimerId>(id);
}

bool Loop::Core::Cancel(TimerId timer) {
  Task cancelled;  // Dies after the lock.
  MutexLock lock(mutex_);
  const auto time = timer_times_.find(static_cast<std::uint64_t>(timer));
  if (time == timer_times_.end()) return false;
  const auto entry = timers_.find(TimerKey{time->second, time->first});
  cancelled = std::move(entry->second);
  timers_.erase(entry);
  timer_times_.erase(time);
  return true;
}

void Loop::Core::ArmWake() {
  Timestamp at = Timestamp::PlusInfinity();
  {
    MutexLock lock(mutex_);
    if (!timers_.empty()) at = timers_.begin()->first.at;
  }
  if (at >= wake_at_ || !at.is_finite()) return;  // An early wake-up arms again.
  wake_at_ = at;
  wake_->expires_at(std::chrono::steady_clock::time_point(std::chrono::microseconds(at.us())));
  wake_->async_wait([this](const boost::system::error_code& error) {
    if (!error) FireTimers();
  });
}

void Loop::Core::FireTimers() {
  wake_at_ = Timestamp::PlusInfinity();
  const Timestamp now = Now();
  std::uint64_t below_id = 0;
  {
    MutexLock lock(mutex_);
    below_id = next_timer_;  // What the timers set now waits for the next turn.
  }
  while (std::optional<Task> task = TakeDue(now, below_id)) (*task)();
  ArmWake();
}

std::optional<Loop::Task> Loop::Core::TakeDue(Timestamp now, std::uint64_t below_id) {
  MutexLock lock(mutex_);
  if (stopping_) return std::nullopt;
  for (auto entry = timers_.begin(); entry != timers_.end() && entry->first.at <= now; ++entry) {
    if (entry->first.id >= below_id) continue;
    Task task = std::move(entry->second);
    timer_times_.erase(entry->first.id);
    timers_.erase(entry);
    ++stats_.timers_fired;
    return task;
  }
  return std::nullopt;
}

bool Loop::Core::is_stopped() const {
  MutexLock lock(mutex_);
  return stopping_;
}

LoopStats Loop::Core::stats() const {
  MutexLock lock(mutex_);
  return stats_;
}

Loop::Loop(std::string name) : core_(std::make_shared<Core>(std::move(name))) {}

Loop::~Loop() {
  ONAIR_CHECK(!core_->is_current());
  core_->Stop();
}

Status Loop::Start() {
  return core_->Start();
}
Status Loop::Run() {
  return core_->Run();
}
void Loop::Stop() {
  core_->Stop();
}
bool Loop::Post(Task task) {
  return core_->Post(std::move(task));
}

bool Loop::RunAndWait(const Task& task) {
  if (is_current()) {
    task();
    return true;
  }
  struct Meeting {
    Mutex mutex;
    CondVar over;
    bool is_over ONAIR_GUARDED_BY(mutex) = false;
  } meeting;
  const bool posted = Post([&] {
    task();
    MutexLock lock(meeting.mutex);
    meeting.is_over = true;
    meeting.over.NotifyOne();  // Under the lock: the waiter takes the meeting away after it.
  });
  if (!posted) return false;
  MutexLock lock(meeting.mutex);
  while (!meeting.is_over) meeting.over.Wait(meeting.mutex);
  return true;
}

TimerId Loop::PostAt(Timestamp at, Task task) {
  return core_->PostAt(at, std::move(task));
}
TimerId Loop::PostAfter(TimeDelta wait, Task task) {
  return PostAt(Now() + wait, std::move(task));
}
bool Loop::Cancel(TimerId timer) {
  return core_->Cancel(timer);
}
bool Loop::is_current() const {
  return core_->is_current();
}
bool Loop::is_stopped() const {
  return core_->is_stopped();
}
std::shared_ptr<Resolver> Loop::resolver() const {
  return core_->resolver();
}
LoopStats Loop::stats() const {
  return core_->stats();
}

Executor Loop::executor() const {
  return [weak = std::weak_ptr<Core>(core_)](Task task) {
    if (const auto core = weak.lock()) core->Post(std::move(task));
  };
}

}  // namespace onair::runtime
