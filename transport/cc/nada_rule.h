// SPDX-License-Identifier: Apache-2.0
//
// RFC 8698 (NADA), to be raced against: delay, losses and marks become one number in milliseconds,
// and the rate follows where it stands and how it changes.
#pragma once

#include "transport/cc/feedback_silence.h"
#include "transport/cc/nada_delay.h"
#include "transport/cc/nada_loss.h"
#include "transport/cc/parameters.h"
#include "transport/cc/reading.h"

namespace onair::cc {

// Pure. Over TCP, where no packet's fate is known, the rate stays.
class NadaRule final : public Controller {
 public:
  explicit NadaRule(const ControllerConfig& config, const NadaParameters& parameters = {});

  [[nodiscard]] CongestionDecision OnReport(const TcpReport& report) override;
  [[nodiscard]] CongestionDecision OnReport(const FeedbackReport& report) override;

 private:
  struct Reason {
    Cause cause;
    const char* text;
  };

  // Whether the report told of any packet.
  bool Read(const FeedbackReport& report, Timestamp now);
  Reason Listen(const FeedbackReport& report, Timestamp now);
  void RampUp();
  void Follow(TimeDelta since);
  double Warped(double queue_ms) const;
  void SetRate(double bps);
  CongestionDecision Answer(Reason reason, DataSize queue_size, Timestamp now) const;

  const ControllerConfig config_;
  const NadaParameters parameters_;
  const DataRate least_, most_;  // Of the whole line.
  ReportClock clock_;
  NadaDelay delay_;
  NadaLoss loss_;
  FeedbackSilence silence_;
  DataRate rate_;  // Of the whole line.
  TimeDelta round_trip_ = TimeDelta::Zero();
  double queue_ms_ = 0;    // At the last feedback.
  double penalty_ms_ = 0;  // For losses and marks, at the last feedback.
  std::optional<Timestamp> told_at_;
};

}  // namespace onair::cc
