// SPDX-License-Identifier: Apache-2.0
//
// SCReAM, version 2 (draft-johansson-ccwg-rfc8298bis-screamv2, after RFC 8298), to be raced
// against: a window of bytes under way, and from it the rate.
#pragma once

#include <optional>

#include "transport/cc/feedback_silence.h"
#include "transport/cc/parameters.h"
#include "transport/cc/reading.h"
#include "transport/cc/scream_delay.h"
#include "transport/cc/scream_window.h"

namespace onair::cc {

// Pure. Over TCP, where no packet's fate is known, the rate stays.
class ScreamRule final : public Controller {
 public:
  explicit ScreamRule(const ControllerConfig& config, const ScreamParameters& parameters = {});

  [[nodiscard]] CongestionDecision OnReport(const TcpReport& report) override;
  [[nodiscard]] CongestionDecision OnReport(const FeedbackReport& report) override;

 private:
  struct Reason {
    Cause cause;
    const char* text;
  };
  struct Seen {
    ScreamWindow::Feedback feedback;
    double lost = 0;  // Bytes.
    double told = 0;
    std::optional<PacketFate> last;  // That arrived.
    TimeDelta least_delay = TimeDelta::PlusInfinity();
  };

  Seen Read(const FeedbackReport& report) const;
  Reason Listen(const FeedbackReport& report, Timestamp now);
  Reason OnFates(const Seen& seen, Timestamp now);
  DataRate RateOfWindow() const;
  DataSize WindowInForce() const;
  CongestionDecision Answer(Reason reason, Timestamp now) const;

  const ControllerConfig config_;
  const ScreamParameters parameters_;
  const DataRate least_, most_;  // Of the whole line.
  ReportClock clock_;
  ScreamDelay delay_;
  ScreamWindow window_;
  FeedbackSilence silence_;
  DataRate rate_;    // Of the whole line.
  double lost_ = 0;  // Smoothed share.
};

}  // namespace onair::cc
