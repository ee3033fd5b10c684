// SPDX-License-Identifier: Apache-2.0
#include "core/twin/tcp_rtt.h"

#include <algorithm>

namespace onair::twin {
namespace {

// Source: Linux net.ipv4.tcp_min_rtt_wlen, 300 s.
constexpr TimeDelta kLeastSpan = TimeDelta::Seconds(300);

}  // namespace

// RFC 6298 section 2.
void TcpRtt::OnSample(TimeDelta rtt, Timestamp now) {
  rtt = std::max(rtt, TimeDelta::Micros(1));
  if (!has_sample()) {
    smoothed_ = rtt;
    variation_ = rtt / 2;
  } else {
    const TimeDelta error = std::max(rtt - smoothed_, smoothed_ - rtt);
    variation_ = (variation_ * 3 + error) / 4;
    smoothed_ = (smoothed_ * 7 + rtt) / 8;
  }
  while (!least_.empty() && least_.back().second >= rtt) least_.pop_back();
  least_.emplace_back(now, rtt);
  while (least_.front().first < now - kLeastSpan) least_.pop_front();
}

TimeDelta TcpRtt::least() const {
  return least_.empty() ? TimeDelta::PlusInfinity() : least_.front().second;
}

// Source: Linux net/ipv4/tcp_input.c tcp_rtt_estimator(): the variation never counts for less
// than the least timeout. RFC 6298 section 2: one second before the first sample.
TimeDelta TcpRtt::rto(int backoffs) const {
  TimeDelta rto = TimeDelta::Seconds(1);
  if (has_sample()) rto = smoothed_ + std::max(variation_ * 4, rto_min_);
  for (int i = 0; i < backoffs && rto < rto_max_; ++i) rto = rto * 2;
  return std::min(rto, rto_max_);
}

}  // namespace onair::twin
