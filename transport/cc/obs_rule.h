// SPDX-License-Identifier: Apache-2.0
//
// The dynamic bitrate of OBS Studio's RTMP output, as a baseline to race against. Rule and
// numbers are those of obs-studio f86e9c1 plugins/obs-outputs/rtmp-stream.c; the code is ours.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "transport/cc/reading.h"

namespace onair::cc {

// What the socket took over the last one to two seconds. Pure.
// OBS writes each packet by a blocking call and keeps when it began and ended. We write without
// blocking: what was written between two reports is one packet, which ended at the later report
// and began at the earlier one if frames were waiting then, else at the later one.
class ObsThroughput {
 public:
  void Add(DataSize size, Timestamp began, Timestamp ended);
  // Video's share in kbit/s after `audio` is taken off; nothing before a second is covered.
  std::optional<std::int64_t> VideoKbps(DataRate audio) const;
  void ForgetPackets();  // The estimate stays until the next packet, as it does in OBS.

 private:
  struct Packet {
    Timestamp began;
    DataSize size;
  };
  std::deque<Packet> packets_;
  DataSize size_ = DataSize::Zero();
  std::optional<DataRate> rate_;
};

// Goes down to what the socket took when 200 ms of media wait; up by a tenth of the maximum
// every 4 s. Pure.
// OBS knows one rate, the one it begins with. Where start_rate is below max_rate, this one climbs
// to max_rate as OBS climbs back after a fall; with both alike it is OBS's rule.
// Feedback of datagrams moves nothing: the rule reads a TCP socket.
class ObsRule final : public Controller {
 public:
  explicit ObsRule(const ControllerConfig& config);

  [[nodiscard]] CongestionDecision OnReport(const TcpReport& report) override;
  [[nodiscard]] CongestionDecision OnReport(const FeedbackReport& report) override;

 private:
  void Measure(const TcpReport& report, Timestamp now);
  bool Raise(Timestamp now);
  bool Lower(Timestamp now);
  CongestionDecision Answer(Timestamp now, Cause cause, const char* reason) const;

  const ControllerConfig config_;
  const std::int64_t original_kbps_;
  std::int64_t kbps_;
  std::optional<std::int64_t> before_raise_kbps_;
  std::optional<Timestamp> raise_at_;
  ObsThroughput throughput_;
  ReportClock clock_;
  GrowthMeter written_;
  std::optional<Timestamp> waiting_since_;  // The report before, if frames waited then.
  bool is_first_ = true;
};

}  // namespace onair::cc
