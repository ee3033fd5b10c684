// SPDX-License-Identifier: Apache-2.0
//
// How losses are mended: resends while they come in time, parity for the rest.
#pragma once

#include "core/api/congestion_control.h"

namespace onair::cc {

// Pure.
class RepairRule {
 public:
  // The fate of each packet, in order of sending.
  void Add(bool is_lost);

  // `round_trip`: from a packet to what the sender hears of it.
  RepairAdvice Advice(TimeDelta round_trip) const;
  // What repairs and resends take beside each byte of the media.
  double Overhead(TimeDelta round_trip) const;
  // Share lost over some seconds.
  double share() const { return share_; }

 private:
  double FecShare(TimeDelta round_trip) const;

  double share_ = 0;
  double share_now_ = 0;  // What resends are asked for now.
  double burst_ = 1;
  int run_ = 0;  // Lost in a row up to now.
};

}  // namespace onair::cc
