// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/twin/hystart.h"
#include "core/twin/tcp_congestion.h"

namespace onair::twin {

// RFC 9438: the window is a cubic of the time since the last loss, flat where that loss was.
class TcpCubic final : public TcpCongestion {
 public:
  TcpCubic(DataSize segment, int initial_window, TcpConfig::SlowStart slow_start);

  void OnAck(const TcpAck& ack) override;
  void OnLoss(Timestamp now, std::int64_t in_flight) override;
  void OnRecovered(Timestamp) override;
  void OnTimeout(Timestamp now, std::int64_t in_flight) override;
  void OnSpurious(Timestamp now) override;
  void OnIdle(Timestamp now) override;
  std::int64_t window() const override { return static_cast<std::int64_t>(window_) * segment_; }

 private:
  // Restored as one when a loss proves spurious.
  struct Past {
    double window = 0;
    double threshold = 0;
    double plateau = 0;
  };
  void GrowInSlowStart(const TcpAck& ack);
  void GrowInAvoidance(const TcpAck& ack);
  void BeginEpoch(Timestamp now);
  void Reduce();

  std::int64_t segment_;
  double initial_;
  TcpConfig::SlowStart slow_start_;
  HyStart hystart_;

  // In segments, as in the RFC.
  double window_;
  double threshold_ = 1e12;
  double plateau_ = 0;     // W_max.
  double estimate_ = 0;    // W_est: what Reno would have.
  double prior_ = 0;       // cwnd_prior.
  double to_plateau_ = 0;  // K, seconds.
  Timestamp epoch_ = Timestamp::PlusInfinity();
  Timestamp last_ack_ = Timestamp::PlusInfinity();
  Past past_;
};

}  // namespace onair::twin
