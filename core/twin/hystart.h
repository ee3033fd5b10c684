// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/twin/tcp_congestion.h"

namespace onair::twin {

// RFC 9406, HyStart++: ends slow start when the round trip rises, after some cautious rounds
// that prove it.
class HyStart {
 public:
  explicit HyStart(std::int64_t segment) : segment_(segment) {}

  // How much the window grows by this ack in slow start.
  std::int64_t Growth(const TcpAck& ack);
  // Slow start is over: the window of now is the threshold.
  bool is_done() const { return is_done_; }
  void Restart();

 private:
  void EndRound(const TcpAck& ack);
  void Examine();

  std::int64_t segment_;
  std::int64_t round_end_ = 0;  // In bytes delivered.
  int samples_ = 0;
  TimeDelta round_min_ = TimeDelta::PlusInfinity();
  TimeDelta last_round_min_ = TimeDelta::PlusInfinity();
  TimeDelta baseline_ = TimeDelta::PlusInfinity();  // Finite: in conservative slow start.
  int cautious_rounds_ = 0;
  bool is_done_ = false;
};

}  // namespace onair::twin
