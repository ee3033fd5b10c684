// SPDX-License-Identifier: Apache-2.0
//
// RootEncoder's BitrateAdapter, as a baseline to race against. Rule and numbers are its
// own, with the sources beside them; the code is ours.
#pragma once

#include <cstdint>
#include <optional>

#include "transport/cc/reading.h"

namespace onair::cc {

// Every five seconds: a mean of what was written, times 0.8 if a fifth of the queue's places is
// taken, else times 1.2. Pure.
// It has no lower limit of its own; min_rate holds here. What it measures includes the sound.
// Feedback of datagrams moves nothing: the rule reads a queue before a socket.
class RootEncoderRule final : public Controller {
 public:
  explicit RootEncoderRule(const ControllerConfig& config)
      : config_(config), rate_(config.start_rate) {}

  [[nodiscard]] CongestionDecision OnReport(const TcpReport& report) override;
  [[nodiscard]] CongestionDecision OnReport(const FeedbackReport& report) override;

 private:
  CongestionDecision Adapt(Timestamp now, const TcpReport& report);

  const ControllerConfig config_;
  DataRate rate_;
  ReportClock clock_;
  GrowthMeter written_;
  DataSize size_ = DataSize::Zero();  // Written since the last second ended.
  std::optional<Timestamp> second_began_;
  std::int64_t average_bps_ = 0;
  int seconds_ = 0;
};

}  // namespace onair::cc
