// SPDX-License-Identifier: Apache-2.0
//
// Of `gcc`: when to try a higher rate for a moment, and which.
#pragma once

#include <deque>
#include <initializer_list>
#include <optional>

#include "core/api/congestion_control.h"

namespace onair::cc {

// Pure. Times do not decrease.
class GccProbes {
 public:
  // kForbidden: what holds the estimate down now would get worse.
  enum class Probing { kAllowed = 1, kForbidden = 2 };

  explicit GccProbes(DataRate most) : most_(most) {}

  // Packets leave now: the first probes may.
  void Start(DataRate rate, Timestamp now);
  void OnEstimate(DataRate rate, Probing probing, Timestamp now);
  // The source's limit ended, see GccAlr.
  void OnAlrEnded(Timestamp now) { alr_ended_at_ = now; }
  // The queue of an overuse is gone.
  void OnRecovered(std::optional<Timestamp> alr_since, Timestamp now);
  void OnTime(std::optional<Timestamp> alr_since, Timestamp now);

  // The next, once the one before must be through.
  std::optional<ProbePlan> Take(Timestamp now);
  // When Take() has one; infinity: none waits.
  Timestamp next_at() const;

 private:
  enum class State { kIdle = 1, kWaiting = 2, kDone = 3 };
  enum class Further { kNo = 1, kYes = 2 };

  void Plan(std::initializer_list<DataRate> rates, Further further, Timestamp now);

  const DataRate most_;
  State state_ = State::kIdle;
  Probing probing_ = Probing::kAllowed;
  DataRate estimate_ = DataRate::Zero();
  std::optional<DataRate> further_above_;
  Timestamp begun_at_ = Timestamp::MinusInfinity();
  std::optional<Timestamp> alr_ended_at_;
  DataRate before_drop_ = DataRate::Zero();
  Timestamp dropped_at_ = Timestamp::MinusInfinity();
  Timestamp recovery_at_ = Timestamp::MinusInfinity();

  std::deque<ProbePlan> waiting_;  // At most kMostWaiting.
  Timestamp through_at_ = Timestamp::MinusInfinity();
};

}  // namespace onair::cc
