// SPDX-License-Identifier: Apache-2.0
//
// Somebody else on the line: a queue that stays though we leave it room is not ours. Who gives way
// to it for ever gets nothing, so the rate then follows losses, as those of TCP do, until the queue
// was empty again. A queue that does not even breathe is none: the way became longer.
#pragma once

#include <optional>

#include "core/units/time.h"

namespace onair::cc {

// Pure. Rates in bit/s, of all that is sent.
class Rivalry {
 public:
  enum class Finding { kNothing = 1, kRival, kLongerWay };
  struct Look {
    Timestamp at;
    Timestamp sent_at;  // The newest packet that is told of.
    TimeDelta queue;    // The least of the report, above what an open line may show.
    TimeDelta round_trip;
    double arriving_bps;
    double sent_bps;
    double alone_bps;  // What the line carried when it was ours.
    bool has_losses;
  };

  // After each report with arrivals.
  Finding Judge(const Look& look);

  bool is_on() const { return is_on_; }
  double rate_bps() const { return rate_bps_; }

 private:
  TimeDelta Stood(const Look& look);
  void Begin(const Look& look);
  void Compete(const Look& look);

  bool is_on_ = false;
  double rate_bps_ = 0;
  std::optional<Timestamp> stands_since_;
  TimeDelta least_ = TimeDelta::Zero(), most_ = TimeDelta::Zero();  // Of the standing queue.
  Timestamp looked_at_ = Timestamp::Zero();
  Timestamp cut_at_ = Timestamp::MinusInfinity();
  int empty_ = 0;
};

}  // namespace onair::cc
