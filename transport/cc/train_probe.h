// SPDX-License-Identifier: Apache-2.0
//
// Asks a line for more than is sent now: a short train of packets at the rate in question, and how
// fast it comes out at the other end.
#pragma once

#include <cstdint>
#include <optional>

#include "core/api/congestion_control.h"

namespace onair::cc {

// Pure.
class TrainProbe {
 public:
  struct Result {
    double bps;    // What the line takes at least.
    bool is_line;  // The line's own rate; else the train's: the line may take more.
  };

  // The plan of the next probe. What came of one before it no longer matters.
  ProbePlan Plan(double bps, Timestamp now);
  // What came of the last one no longer matters, and nothing is planned.
  void Drop() { is_open_ = false; }
  // In order of sending.
  void Add(const PacketFate& packet);
  // Once, when the train is through. After each report.
  std::optional<Result> Take();

  // One is on its way, or lost before it left.
  bool is_under_way(Timestamp now) const;
  Timestamp planned_at() const { return planned_at_; }

 private:
  void Judge();

  double asked_bps_ = 0;
  Timestamp planned_at_ = Timestamp::MinusInfinity();
  bool is_open_ = false;
  bool has_numbers_ = false;
  int packets_ = 0;
  double bytes_ = 0;       // Without the first packet.
  double seen_bytes_ = 0;  // Lost ones too.
  double planned_bytes_ = 0;
  Timestamp first_sent_ = Timestamp::Zero(), last_sent_ = Timestamp::Zero();
  Timestamp first_arrived_ = Timestamp::Zero(), last_arrived_ = Timestamp::Zero();
  std::optional<Result> result_;
};

}  // namespace onair::cc
