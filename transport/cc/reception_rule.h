// SPDX-License-Identifier: Apache-2.0
//
// A rate by receiver reports alone, for peers without transport-wide feedback.
//
//   Many packets are lost, or the round trip grew by a queue: the target falls, once a round trip.
//   Few are lost: it grows by 8 % a second. Between the two it stays: lines of air lose a little.
//   REMB bounds it from above, for as long as it is repeated.
//   Nothing is told any more: the least rate.
#pragma once

#include <optional>

#include "core/api/reception_control.h"

namespace onair::cc {

// Pure. `config` is valid.
class ReceptionRule final : public ReceptionController {
 public:
  explicit ReceptionRule(const ControllerConfig& config)
      : config_(config), target_(config.start_rate) {}

  [[nodiscard]] CongestionDecision OnReport(const ReceptionReport& report) override;
  [[nodiscard]] CongestionDecision OnTime(Timestamp now) override;

 private:
  void NoteRoundTrip(TimeDelta rtt);
  void Judge(double loss);
  void Cut(double factor, const char* reason);
  void Grow();
  bool IsQueued() const;
  CongestionDecision Answer();

  const ControllerConfig config_;
  DataRate target_;
  Timestamp now_ = Timestamp::MinusInfinity();
  std::optional<DataRate> most_;  // Of the video.
  Timestamp most_at_ = Timestamp::MinusInfinity();

  std::optional<TimeDelta> rtt_;  // The latest.
  // Least of the present stretch of 30 s and of the one before: routes change.
  std::optional<TimeDelta> least_now_;
  std::optional<TimeDelta> least_before_;
  Timestamp stretch_began_ = Timestamp::MinusInfinity();

  double loss_ = 0;  // The latest.
  Timestamp heard_at_ = Timestamp::MinusInfinity();
  Timestamp cut_at_ = Timestamp::MinusInfinity();
  Timestamp grown_at_ = Timestamp::MinusInfinity();
  Cause cause_ = Cause::kNone;
  const char* reason_ = "start";
};

}  // namespace onair::cc
