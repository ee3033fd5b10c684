// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "transport/cc/reading.h"

namespace onair::cc {

// The start rate for ever: what a push without rate control does. Pure.
class FixedRate final : public Controller {
 public:
  explicit FixedRate(const ControllerConfig& config) : config_(config) {}

  [[nodiscard]] CongestionDecision OnReport(const TcpReport& report) override;
  [[nodiscard]] CongestionDecision OnReport(const FeedbackReport& report) override;

 private:
  CongestionDecision Hold(Timestamp at);

  const ControllerConfig config_;
  ReportClock clock_;
};

}  // namespace onair::cc
