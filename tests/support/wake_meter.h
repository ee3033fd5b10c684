// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>

#include "core/units/time.h"

namespace onair::testing {

// How late a busy machine wakes a thread at worst, while this lives. What it takes from a program
// under test no program can give back.
class WakeMeter {
 public:
  WakeMeter() : thread_([this] { Run(); }) {}
  ~WakeMeter() {
    is_stopping_ = true;
    thread_.join();
  }

  TimeDelta worst() const { return TimeDelta::Micros(worst_us_); }

 private:
  void Run() {
    using Clock = std::chrono::steady_clock;
    while (!is_stopping_) {
      const auto due = Clock::now() + std::chrono::milliseconds(5);
      std::this_thread::sleep_until(due);
      const auto late = std::chrono::duration_cast<std::chrono::microseconds>(Clock::now() - due);
      worst_us_ = std::max<std::int64_t>(worst_us_, late.count());
    }
  }

  std::atomic<std::int64_t> worst_us_{0};
  std::atomic<bool> is_stopping_{false};
  std::thread thread_;  // Last: the others are there when it begins.
};

}  // namespace onair::testing
