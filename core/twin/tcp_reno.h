// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/twin/tcp_congestion.h"

namespace onair::twin {

// RFC 5681 with RFC 6582: one segment more per round trip, half after a loss.
class TcpReno final : public TcpCongestion {
 public:
  TcpReno(DataSize segment, int initial_window)
      : segment_(segment.bytes()), initial_(segment_ * initial_window), window_(initial_) {}

  void OnAck(const TcpAck& ack) override;
  void OnLoss(Timestamp now, std::int64_t in_flight) override;
  void OnRecovered(Timestamp) override { window_ = threshold_; }
  void OnTimeout(Timestamp now, std::int64_t in_flight) override;
  void OnSpurious(Timestamp) override;
  void OnIdle(Timestamp) override;
  std::int64_t window() const override { return window_; }

 private:
  void Remember();

  std::int64_t segment_;
  std::int64_t initial_;
  std::int64_t window_;
  std::int64_t threshold_ = std::int64_t{1} << 60;
  std::int64_t gathered_ = 0;  // Acked bytes towards the next segment.
  std::int64_t undo_window_ = 0;
  std::int64_t undo_threshold_ = 0;
};

}  // namespace onair::twin
