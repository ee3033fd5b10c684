// SPDX-License-Identifier: Apache-2.0
#include "platform/runtime/machine_timer.h"

#include <algorithm>
#include <utility>

#include "platform/runtime/clock.h"
#include "platform/runtime/loop_core.h"

namespace onair::runtime {
namespace {

// A machine whose deadline stays in the past would take a whole core. No protocol here has a
// finer grain than a pacer's burst of 5 ms.
constexpr TimeDelta kShortestSleep = TimeDelta::Millis(1);

}  // namespace

void WakeUps::Count(std::string_view timer) {
  for (std::size_t i = 0; i < used_; ++i) {
    if (rows_[i].timer == timer || i + 1 == rows_.size()) {
      if (rows_[i].timer != timer) rows_[i].timer = "other";
      ++rows_[i].count;
      return;
    }
  }
  rows_[used_++] = Row{timer, 1};
}

std::int64_t WakeUps::total() const {
  std::int64_t sum = 0;
  for (const Row& row : rows()) sum += row.count;
  return sum;
}

MachineTimer::MachineTimer(Loop& loop, std::function<void(Timestamp now)> on_due)
    : core_(loop.core()), on_due_(std::move(on_due)) {}

MachineTimer::~MachineTimer() {
  Stop();
}

void MachineTimer::Arm(const Idle& idle) {
  if (timer_ != TimerId::kNone && idle.wake_at == armed_.wake_at) {
    armed_.timer = idle.timer;
    return;
  }
  core_->Cancel(std::exchange(timer_, TimerId::kNone));
  armed_ = idle;
  if (!idle.wake_at.is_finite()) return;
  timer_ = core_->PostAt(std::max(idle.wake_at, not_before_), [this] { Fire(); });
}

void MachineTimer::Fire() {
  const Timestamp now = Now();
  timer_ = TimerId::kNone;
  not_before_ = now + kShortestSleep;
  wake_ups_.Count(armed_.timer);
  const auto on_due = on_due_;  // Its driver may be destroyed by what it does.
  on_due(now);
}

}  // namespace onair::runtime
