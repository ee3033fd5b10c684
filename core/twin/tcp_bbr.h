// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>

#include "core/twin/tcp_congestion.h"

namespace onair::twin {

// draft-cardwell-iccrg-bbr-congestion-control-00, BBR version 1: the path as its greatest
// delivery rate and its least round trip, probed in turns.
class TcpBbr final : public TcpCongestion {
 public:
  TcpBbr(DataSize segment, int initial_window, Rng rng);

  void OnAck(const TcpAck& ack) override;
  void OnLoss(Timestamp now, std::int64_t in_flight) override;
  void OnRecovered(Timestamp) override;
  void OnTimeout(Timestamp now, std::int64_t in_flight) override;
  void OnSpurious(Timestamp now) override { OnRecovered(now); }
  void OnIdle(Timestamp) override {}
  // As Linux' BBR 1, and the draft, which has no word of marks.
  bool heeds_marks() const override { return false; }
  std::int64_t window() const override { return window_; }
  std::optional<DataRate> pacing_rate() const override { return pacing_; }

  enum class State { kStartup = 1, kDrain, kProbeBandwidth, kProbeRtt };
  State state() const { return state_; }
  DataRate bandwidth() const;

 private:
  struct Sample {
    std::int64_t round;
    DataRate rate;
  };
  void UpdateRound(const TcpAck& ack);
  void UpdateBandwidth(const TcpAck& ack);
  void CheckFullPipe(const TcpAck& ack);
  void CheckDrain(const TcpAck& ack);
  void UpdateCycle(const TcpAck& ack);
  void UpdateMinRtt(const TcpAck& ack);
  void HandleProbeRtt(const TcpAck& ack);
  void EnterProbeBandwidth(Timestamp now);
  void UpdatePacing();
  void UpdateWindow(const TcpAck& ack);
  std::int64_t Inflight(double gain) const;
  double pacing_gain() const;
  double window_gain() const;

  std::int64_t segment_;
  std::int64_t initial_;
  Rng rng_;
  State state_ = State::kStartup;
  std::int64_t window_;
  std::int64_t prior_window_ = 0;
  std::optional<DataRate> pacing_;

  std::deque<Sample> best_;  // Falling rates of the last rounds: the first is the greatest.
  std::int64_t round_ = 0;
  std::int64_t round_end_ = 0;  // In bytes delivered.
  bool is_round_start_ = false;

  DataRate full_rate_ = DataRate::Zero();
  int full_rounds_ = 0;
  bool is_full_ = false;

  TimeDelta min_rtt_ = TimeDelta::PlusInfinity();
  Timestamp min_rtt_at_ = Timestamp::MinusInfinity();
  Timestamp probe_rtt_ends_ = Timestamp::PlusInfinity();
  bool probe_rtt_round_done_ = false;

  std::size_t cycle_ = 0;
  Timestamp cycle_at_ = Timestamp::MinusInfinity();
  bool conserves_ = false;  // First round of recovery: only what is delivered is replaced.
};

}  // namespace onair::twin
