// SPDX-License-Identifier: Apache-2.0
#include "core/twin/tcp_reno.h"

#include <algorithm>

namespace onair::twin {

void TcpReno::OnAck(const TcpAck& ack) {
  if (IsShrinking(ack.phase) || !ack.is_window_limited) return;
  std::int64_t acked = ack.delivered;
  if (window_ < threshold_) {
    const std::int64_t step = std::min(acked, threshold_ - window_);
    window_ += step;
    acked -= step;
  }
  gathered_ += acked;
  if (gathered_ < window_) return;
  gathered_ -= window_;
  window_ += segment_;
}

// RFC 5681 section 3.1: "ssthresh = max (FlightSize / 2, 2*SMSS)". Linux halves the window.
void TcpReno::OnLoss(Timestamp, std::int64_t) {
  Remember();
  threshold_ = std::max(window_ / 2, 2 * segment_);
  window_ = threshold_;
  gathered_ = 0;
}

void TcpReno::OnTimeout(Timestamp, std::int64_t) {
  Remember();
  threshold_ = std::max(window_ / 2, 2 * segment_);
  window_ = segment_;
  gathered_ = 0;
}

void TcpReno::OnSpurious(Timestamp) {
  window_ = std::max(window_, undo_window_);
  threshold_ = std::max(threshold_, undo_threshold_);
}

// RFC 5681 section 4.1: restart window.
void TcpReno::OnIdle(Timestamp) {
  threshold_ = std::max(threshold_, window_ * 3 / 4);
  window_ = std::min(window_, initial_);
}

void TcpReno::Remember() {
  undo_window_ = window_;
  undo_threshold_ = threshold_;
}

}  // namespace onair::twin
