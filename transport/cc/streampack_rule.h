// SPDX-License-Identifier: Apache-2.0
//
// StreamPack's SimpleBitrateRegulator, as a baseline to race against. Rule and numbers are those
// of StreamPack a5d112d; the code is ours.
#pragma once

#include <cstdint>
#include <optional>

#include "transport/cc/reading.h"

namespace onair::cc {

// Every half second: down by the share of packets lost or dropped, at least a fifth; up by
// 200 kbit/s where more than nine tenths of the target were written. Pure.
// Over RTMP its packets are frames, and all it can see of a slow line is what the queue dropped.
// Over datagrams the packets of the feedback count.
class StreamPackRule final : public Controller {
 public:
  explicit StreamPackRule(const ControllerConfig& config)
      : config_(config), rate_(config.start_rate) {}

  [[nodiscard]] CongestionDecision OnReport(const TcpReport& report) override;
  [[nodiscard]] CongestionDecision OnReport(const FeedbackReport& report) override;

 private:
  struct Tally {
    DataSize written = DataSize::Zero();
    std::int64_t packets = 0;  // Written.
    std::int64_t missing = 0;  // Lost or dropped.
  };
  CongestionDecision Count(const Tally& more, Timestamp at);
  CongestionDecision Regulate(Timestamp now, DataRate written, const Tally& tally);

  const ControllerConfig config_;
  DataRate rate_;
  ReportClock clock_;
  GrowthMeter written_;
  GrowthMeter frames_written_;
  GrowthMeter frames_dropped_;
  Tally tally_;
  std::optional<Timestamp> tick_;
};

}  // namespace onair::cc
