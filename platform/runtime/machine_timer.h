// SPDX-License-Identifier: Apache-2.0
//
// The one timer that stands for all deadlines of a machine, and the list of who woke the
// device how often.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string_view>

#include "core/machine/machine.h"
#include "platform/runtime/loop.h"

namespace onair::runtime {

// Wake-ups by Idle::timer. A machine has few timers; names past the table's end are summed up
// in the last row, "other".
class WakeUps {
 public:
  struct Row {
    std::string_view timer;
    std::int64_t count = 0;
  };

  void Count(std::string_view timer);
  std::span<const Row> rows() const { return std::span(rows_).first(used_); }
  std::int64_t total() const;

 private:
  std::array<Row, 16> rows_{};
  std::size_t used_ = 0;
};

// single-owner, on the loop's thread.
class MachineTimer {
 public:
  // `on_due` runs on the loop's thread, at most 1000 times a second whatever the machine asks.
  MachineTimer(Loop& loop, std::function<void(Timestamp now)> on_due);
  ~MachineTimer();
  MachineTimer(const MachineTimer&) = delete;
  MachineTimer& operator=(const MachineTimer&) = delete;

  // Replaces the deadline; cheap when it did not change.
  void Arm(const Idle& idle);
  void Stop() { Arm(Idle{}); }

  const WakeUps& wake_ups() const { return wake_ups_; }

 private:
  void Fire();

  const std::shared_ptr<Loop::Core> core_;
  std::function<void(Timestamp)> on_due_;
  Idle armed_;
  TimerId timer_ = TimerId::kNone;
  Timestamp not_before_ = Timestamp::MinusInfinity();
  WakeUps wake_ups_;
};

}  // namespace onair::runtime
