// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/fixed_rate.h"

namespace onair::cc {
namespace {

constexpr TimeDelta kInterval = TimeDelta::Seconds(1);  // Nothing to decide; keeps traces alive.

}  // namespace

CongestionDecision FixedRate::OnReport(const TcpReport& report) {
  return Hold(report.at);
}
CongestionDecision FixedRate::OnReport(const FeedbackReport& report) {
  return Hold(report.at);
}

CongestionDecision FixedRate::Hold(Timestamp at) {
  return TargetOnly(config_.start_rate, Cause::kNone, clock_.Read(at) + kInterval, "fixed");
}

}  // namespace onair::cc
