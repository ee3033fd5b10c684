// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <utility>

#include "core/twin/tcp_config.h"

namespace onair::twin {

// Round-trip times: smoothed, least of the last while, and the timeout that follows. Pure.
class TcpRtt {
 public:
  explicit TcpRtt(const TcpConfig& config) : rto_min_(config.rto_min), rto_max_(config.rto_max) {}

  void OnSample(TimeDelta rtt, Timestamp now);

  bool has_sample() const { return smoothed_ > TimeDelta::Zero(); }
  TimeDelta smoothed() const { return smoothed_; }
  TimeDelta variation() const { return variation_; }
  // Infinity before the first sample.
  TimeDelta least() const;
  // After `backoffs` timeouts in a row.
  TimeDelta rto(int backoffs) const;

 private:
  TimeDelta rto_min_;
  TimeDelta rto_max_;
  TimeDelta smoothed_ = TimeDelta::Zero();
  TimeDelta variation_ = TimeDelta::Zero();
  std::deque<std::pair<Timestamp, TimeDelta>> least_;  // Rising; the first is the least.
};

}  // namespace onair::twin
