// SPDX-License-Identifier: Apache-2.0
#include "core/twin/tcp_cubic.h"

#include <algorithm>

namespace onair::twin {
namespace {

constexpr double kC = 0.4;     // RFC 9438 section 5: "C SHOULD be set to 0.4".
constexpr double kBeta = 0.7;  // RFC 9438 section 4.6: "beta_cubic ... SHOULD be set to 0.7".
// RFC 9438 section 4.3.
constexpr double kAlpha = 3 * (1 - kBeta) / (1 + kBeta);

// Newton's iteration, so that it is the same on every machine; x >= 0.
double CubeRoot(double x) {
  if (x <= 0) return 0;
  double root = x > 1 ? x : 1;
  for (int i = 0; i < 100; ++i) {
    const double next = (2 * root + x / (root * root)) / 3;
    if (next >= root) break;
    root = next;
  }
  return root;
}

}  // namespace

TcpCubic::TcpCubic(DataSize segment, int initial_window, TcpConfig::SlowStart slow_start)
    : segment_(segment.bytes()),
      initial_(initial_window),
      slow_start_(slow_start),
      hystart_(segment_),
      window_(initial_window) {}

void TcpCubic::OnAck(const TcpAck& ack) {
  // RFC 9438 section 5.8: time in which the application held back does not count.
  if (!ack.is_window_limited && epoch_.is_finite() && last_ack_.is_finite()) {
    epoch_ += ack.now - last_ack_;
  }
  last_ack_ = ack.now;
  if (IsShrinking(ack.phase) || !ack.is_window_limited) return;
  if (window_ < threshold_) {
    GrowInSlowStart(ack);
  } else {
    GrowInAvoidance(ack);
  }
}

void TcpCubic::OnLoss(Timestamp, std::int64_t) {
  Reduce();
  window_ = threshold_;
}

void TcpCubic::OnRecovered(Timestamp) {
  window_ = threshold_;
}

void TcpCubic::OnTimeout(Timestamp, std::int64_t) {
  Reduce();
  window_ = 1;
  hystart_.Restart();
}

void TcpCubic::OnSpurious(Timestamp) {
  window_ = std::max(window_, past_.window);
  threshold_ = std::max(threshold_, past_.threshold);
  plateau_ = past_.plateau;
}

void TcpCubic::OnIdle(Timestamp) {
  threshold_ = std::max(threshold_, window_ * 3 / 4);
  window_ = std::min(window_, initial_);
  epoch_ = Timestamp::PlusInfinity();
}

void TcpCubic::GrowInSlowStart(const TcpAck& ack) {
  const bool is_first = threshold_ > 1e9;
  const std::int64_t growth = is_first && slow_start_ == TcpConfig::SlowStart::kHyStart
                                  ? hystart_.Growth(ack)
                                  : ack.delivered;
  window_ = std::min(threshold_, window_ + static_cast<double>(growth) / double(segment_));
  if (is_first && hystart_.is_done()) threshold_ = window_;
}

void TcpCubic::GrowInAvoidance(const TcpAck& ack) {
  if (!epoch_.is_finite()) BeginEpoch(ack.now);
  const double acked = static_cast<double>(ack.delivered) / static_cast<double>(segment_);
  const double rtt = ack.rtt_min.is_finite() ? ack.rtt_min.seconds_f() : 0.1;
  const double t = (ack.now - epoch_).seconds_f();
  const auto cubic = [this](double at) {
    const double d = at - to_plateau_;
    return kC * d * d * d + plateau_;
  };
  estimate_ += (estimate_ >= prior_ ? 1.0 : kAlpha) * acked / window_;
  if (cubic(t) < estimate_) {
    window_ = std::max(window_, estimate_);
    return;
  }
  // RFC 9438 section 4.2: "target" lies within [cwnd, 1.5 * cwnd].
  const double target = std::clamp(cubic(t + rtt), window_, 1.5 * window_);
  window_ += (target - window_) / window_ * acked;
}

void TcpCubic::BeginEpoch(Timestamp now) {
  epoch_ = now;
  estimate_ = window_;
  if (plateau_ <= window_) {
    plateau_ = window_;
    to_plateau_ = 0;
  } else {
    to_plateau_ = CubeRoot((plateau_ - window_) / kC);
  }
}

// RFC 9438 sections 4.6 and 4.7, fast convergence.
void TcpCubic::Reduce() {
  past_ = {window_, threshold_, plateau_};
  prior_ = window_;
  plateau_ = window_ < plateau_ ? window_ * (1 + kBeta) / 2 : window_;
  threshold_ = std::max(window_ * kBeta, 2.0);
  epoch_ = Timestamp::PlusInfinity();
}

}  // namespace onair::twin
