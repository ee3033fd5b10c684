// SPDX-License-Identifier: Apache-2.0
//
// A plain controller of datagrams, so that nothing overshoots: what waits in the network is read
// off the delay of each packet above the least one seen.
//
//   The queue is long: the target falls in one step to a little less than what arrives.
//   It is short: the target grows, fast until the line was full once, then slowly near there.
//   Packets are lost beside a short queue: a wireless line; they are sent again, the rate stays
//   unless half of what is sent goes.
//   Nothing is told any more: the target falls step by step, and pictures are skipped.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>

#include "transport/cc/burst_rate.h"
#include "transport/cc/parameters.h"
#include "transport/cc/reading.h"

namespace onair::cc {

// Pure. Over TCP, where no packet's fate is known, the rate stays.
class DelayRule final : public Controller {
 public:
  explicit DelayRule(const ControllerConfig& config, const DelayParameters& parameters = {})
      : config_(config), parameters_(parameters), target_(config.start_rate) {}

  [[nodiscard]] CongestionDecision OnReport(const TcpReport& report) override;
  [[nodiscard]] CongestionDecision OnReport(const FeedbackReport& report) override;

 private:
  struct Arrival {
    Timestamp at;  // By the receiver's clock.
    DataSize size;
  };
  // Of one report.
  struct Seen {
    std::int64_t packets = 0;
    std::int64_t lost = 0;
    std::int64_t delays = 0;
    TimeDelta delay_sum = TimeDelta::Zero();
  };

  Seen Read(const FeedbackReport& report, Timestamp now);
  void NoteDelay(TimeDelta delay, Timestamp now);
  void NoteArrival(const PacketFate& packet);
  void NoteLosses(const Seen& seen);
  // What arrived a second, over the last `window` of at most kWindow; nothing before half of that
  // was seen.
  std::optional<DataRate> Delivered(TimeDelta window) const;
  TimeDelta least_delay() const;

  CongestionDecision NothingUnderWay(Timestamp now);
  void Silent(Timestamp now);
  void Cut(Timestamp now);
  void CutForLoss(Timestamp now);
  void Grow(const FeedbackReport& report, Timestamp now);
  DataRate Pacing() const;
  CongestionDecision Answer(Timestamp now, Cause cause, const char* reason);
  double FecShare() const;
  // What repairs of both kinds take of the line for each byte of video.
  double overhead() const { return FecShare() + std::min(lasting_loss_, kMostOverhead); }
  DataRate WithinLine(DataRate rate) const;
  static constexpr double kMostOverhead = 0.5;

  const ControllerConfig config_;
  const DelayParameters parameters_;
  ReportClock clock_;
  DataRate target_;                  // Of the video and what repairs it.
  std::optional<DataRate> ceiling_;  // Where the line was last seen to be full.
  std::optional<DataRate> drained_;  // What to go on with once the present queue is gone.
  Intake intake_ = Intake::kOpen;

  BurstRate bursts_;
  std::deque<Arrival> arrivals_;  // Of the last half second, at most kMaxArrivals.
  DataSize arrived_ = DataSize::Zero();
  // Least delay of the present stretch of 10 s and of the one before: base delays change.
  std::optional<TimeDelta> least_now_;
  std::optional<TimeDelta> least_before_;
  Timestamp stretch_began_ = Timestamp::MinusInfinity();
  TimeDelta queue_ = TimeDelta::Zero();  // Smoothed.
  TimeDelta round_trip_ = TimeDelta::Millis(100);
  double loss_ = 0;          // Smoothed share.
  double lasting_loss_ = 0;  // Over some seconds: how much repair pays.

  Timestamp heard_at_ = Timestamp::MinusInfinity();
  Timestamp cut_at_ = Timestamp::MinusInfinity();
  Timestamp grown_at_ = Timestamp::MinusInfinity();
};

}  // namespace onair::cc
