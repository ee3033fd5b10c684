// SPDX-License-Identifier: Apache-2.0
#include "core/twin/hystart.h"

#include <algorithm>

namespace onair::twin {
namespace {

// RFC 9406 section 4.3.
constexpr TimeDelta kMinThreshold = TimeDelta::Millis(4);
constexpr TimeDelta kMaxThreshold = TimeDelta::Millis(16);
constexpr int kSamples = 8;
constexpr int kGrowthDivisor = 4;
constexpr int kCautiousRounds = 5;
constexpr std::int64_t kBurstSegments = 8;  // L.

}  // namespace

std::int64_t HyStart::Growth(const TcpAck& ack) {
  if (ack.delivered_when_sent >= round_end_) EndRound(ack);
  if (ack.rtt) {
    round_min_ = std::min(round_min_, *ack.rtt);
    ++samples_;
  }
  Examine();
  const std::int64_t growth = std::min(ack.delivered, kBurstSegments * segment_);
  return baseline_.is_finite() ? growth / kGrowthDivisor : growth;
}

void HyStart::Restart() {
  *this = HyStart(segment_);
}

void HyStart::EndRound(const TcpAck& ack) {
  round_end_ = ack.delivered_in_all;
  last_round_min_ = round_min_;
  round_min_ = TimeDelta::PlusInfinity();
  samples_ = 0;
  if (baseline_.is_finite() && ++cautious_rounds_ >= kCautiousRounds) is_done_ = true;
}

void HyStart::Examine() {
  if (samples_ < kSamples || !round_min_.is_finite()) return;
  if (baseline_.is_finite()) {
    // The rise was jitter: back to slow start.
    if (round_min_ < baseline_) {
      baseline_ = TimeDelta::PlusInfinity();
      cautious_rounds_ = 0;
    }
    return;
  }
  if (!last_round_min_.is_finite()) return;
  const TimeDelta threshold = std::clamp(last_round_min_ / 8, kMinThreshold, kMaxThreshold);
  if (round_min_ >= last_round_min_ + threshold) baseline_ = round_min_;
}

}  // namespace onair::twin
