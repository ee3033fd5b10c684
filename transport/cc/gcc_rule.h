// SPDX-License-Identifier: Apache-2.0
//
// What browsers do: Google's congestion control as libwebrtc ships it, to be raced against. The
// estimate of the line is the least that delay (gcc_delay.h) and losses (gcc_loss.h) allow; probes
// (gcc_probes.h) raise it in steps.
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include "transport/cc/gcc_acked_rate.h"
#include "transport/cc/gcc_alr.h"
#include "transport/cc/gcc_delay.h"
#include "transport/cc/gcc_loss.h"
#include "transport/cc/gcc_probe_meter.h"
#include "transport/cc/gcc_probes.h"
#include "transport/cc/gcc_pushback.h"
#include "transport/cc/parameters.h"
#include "transport/cc/reading.h"

namespace onair::cc {

// Pure. Over TCP, where no packet's fate is known, the rate stays.
class GccRule final : public Controller {
 public:
  explicit GccRule(const ControllerConfig& config, const GccParameters& parameters = {});

  [[nodiscard]] CongestionDecision OnReport(const TcpReport& report) override;
  [[nodiscard]] CongestionDecision OnReport(const FeedbackReport& report) override;

 private:
  struct Reason {
    Cause cause;
    const char* text;
  };

  void Read(const FeedbackReport& report);
  void OnFates(Timestamp now);
  void NoteRoundTrip(Timestamp now);
  void NoteSent(Timestamp now);
  std::optional<DataRate> NoteArrived();
  void Estimate(Timestamp now);
  bool IsSilent(Timestamp now);
  void SetEstimate(DataRate rate);
  GccProbes::Probing Probing() const;
  GccSource source() const { return alr_.since() ? GccSource::kLimited : GccSource::kBusy; }
  CongestionDecision Answer(Timestamp now);
  Reason WhatLimits() const;

  const ControllerConfig config_;
  const double pacing_;
  const GccAimd::Limits limits_;  // Of the whole line.
  ReportClock clock_;

  GccAckedRate acked_rate_;
  GccDelay delay_;
  GccLoss loss_;
  GccAlr alr_;
  GccProbeMeter probe_meter_;
  GccProbes probes_;
  GccPushback pushback_;

  DataRate estimate_;                    // Of the whole line.
  std::optional<DataRate> delay_limit_;  // Nothing before the first feedback.
  bool was_limited_ = false;             // By the source.
  bool has_lost_ = false;
  bool is_silent_ = false;
  std::optional<Timestamp> first_heard_at_, heard_at_;
  DataSize in_flight_ = DataSize::Zero();
  TimeDelta round_trip_ = TimeDelta::Zero();
  Timestamp silent_cut_at_ = Timestamp::MinusInfinity();

  // Of one report, kept so that nothing is allocated for each.
  std::vector<PacketFate> fates_;    // In order of sending.
  std::vector<PacketFate> arrived_;  // In order of arrival.
};

}  // namespace onair::cc
