// SPDX-License-Identifier: Apache-2.0
//
// Virtual time: a clock that jumps from one event to the next. Two runs with the same inputs
// and seed do the same things in the same order.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/rng.h"
#include "core/units/time.h"

namespace onair::twin {

// The clock and the event queue. Events of one moment run in the order in which they were
// asked for. Single-owner; outlives everything that is built on it.
class World {
 public:
  using Task = std::function<void()>;
  // Told once when a run is stuck; `report` names the moment, the seed and the timers.
  using OnStuck = std::function<void(const std::string& report)>;

  explicit World(Timestamp start = Timestamp::Zero(), std::uint64_t seed = 1);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  Timestamp now() const { return now_; }
  std::uint64_t seed() const { return seed_; }
  // A new stream of chance for one device or link; the order of calls decides which.
  Rng ForkRng() { return Rng(rng_.Next()); }

  // Runs `task` at `at` (now, if that has passed). `name` is static text, "room.thing".
  void At(Timestamp at, std::string_view name, Task task);

  // Runs what is due up to `end`, and then it is `end`.
  void RunUntil(Timestamp end);
  void RunFor(TimeDelta span) { RunUntil(now_ + span); }
  // Runs until nothing is left to happen, at most up to `now + limit`. True: nothing is left.
  bool RunUntilQuiet(TimeDelta limit);

  // Stops a run and tells why. Called by the world after kStepLimit events without any time
  // passing, and by drivers whose machine never settles. Without a handler: prints the
  // report to stderr and aborts, because a world that spins is a bug in our own code.
  void Fail(std::string_view reason);
  void set_on_stuck(OnStuck handler) { on_stuck_ = std::move(handler); }
  bool has_failed() const { return has_failed_; }

  // Events run so far, for benchmarks and tests.
  std::int64_t steps() const { return steps_; }

  // Source: ours; the busiest scenario (2000 viewers served in one instant) needs a tenth.
  static constexpr std::int64_t kStepLimit = 100'000;

 private:
  friend class Alarm;

  struct Slot {
    Task task;
    std::string_view name;
    Timestamp due = Timestamp::PlusInfinity();
    Timestamp queued_at = Timestamp::PlusInfinity();  // Of its live entry; infinity: none.
    std::uint64_t order = 0;
    std::uint32_t generation = 0;
    enum class Use { kFree = 1, kOnce, kAlarm } use = Use::kFree;
  };
  // `order` breaks ties. Entries of an older generation are dead.
  struct Entry {
    Timestamp at;
    std::uint64_t order;
    std::uint32_t slot;
    std::uint32_t generation;
    bool operator<(const Entry& o) const {  // std heaps keep the greatest first.
      return at != o.at ? at > o.at : order > o.order;
    }
  };

  std::uint32_t TakeSlot(std::string_view name, Task task, Slot::Use use);
  void FreeSlot(std::uint32_t slot);
  void Arm(std::uint32_t slot, Timestamp at);
  void Push(std::uint32_t slot);
  bool RunNext(Timestamp end);
  void Fire(const Entry& entry);
  void CountStep(Timestamp at);
  std::string Report(std::string_view reason) const;

  Timestamp now_;
  std::uint64_t seed_;
  Rng rng_;
  std::vector<Entry> heap_;
  std::deque<Slot> slots_;  // A deque: tasks may add slots while one of them runs.
  std::vector<std::uint32_t> free_;
  std::uint64_t next_order_ = 0;
  std::int64_t steps_ = 0;
  std::int64_t steps_at_now_ = 0;
  bool has_failed_ = false;
  OnStuck on_stuck_;
};

// A named timer that may be moved; it runs `task` once per Set(). Moving it later costs
// nothing. Single-owner; dies before its world.
class Alarm {
 public:
  Alarm(World& world, std::string_view name, World::Task task);
  ~Alarm();
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;

  void Set(Timestamp at);  // Infinity stops it.
  void Stop() { Set(Timestamp::PlusInfinity()); }
  Timestamp due() const;
  // For reports: what the owner is waiting for. Static text.
  void set_name(std::string_view name);

 private:
  World& world_;
  std::uint32_t slot_;
};

}  // namespace onair::twin
