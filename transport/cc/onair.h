// SPDX-License-Identifier: Apache-2.0
//
// Our own controller: one rule for a byte stream, one for datagrams.
#pragma once

#include "transport/cc/datagram_rule.h"
#include "transport/cc/onair_rule.h"
#include "transport/cc/reading.h"

namespace onair::cc {

// Pure.
class Onair final : public Controller {
 public:
  explicit Onair(const ControllerConfig& config, const OnairParameters& parameters = {})
      : stream_(config, parameters.stream), datagrams_(config, parameters.datagrams) {}

  [[nodiscard]] CongestionDecision OnReport(const TcpReport& report) override {
    TcpReport read = report;
    read.at = clock_.Read(report.at);
    return stream_.OnReport(read);
  }
  [[nodiscard]] CongestionDecision OnReport(const FeedbackReport& report) override {
    FeedbackReport read = report;
    read.at = clock_.Read(report.at);
    return datagrams_.OnReport(read);
  }

 private:
  ReportClock clock_;  // One for both.
  OnairRule stream_;
  DatagramRule datagrams_;
};

}  // namespace onair::cc
