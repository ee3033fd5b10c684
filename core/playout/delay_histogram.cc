// SPDX-License-Identifier: Apache-2.0
#include "core/playout/delay_histogram.h"

#include <algorithm>

namespace onair::playout {
namespace {

// Source: libwebrtc NetEq, delay_manager.h: start_forget_weight.
constexpr double kStartWeight = 2.0;
constexpr int kCountCap = 1000;  // Beyond it the forget factor has long been constant.

}  // namespace

void DelayHistogram::Add(TimeDelta delay) {
  added_ = std::min(added_ + 1, kCountCap);
  const double forget = std::clamp(1.0 - kStartWeight / (added_ + 1), 0.0, forget_);
  for (double& weight : weights_) weight *= forget;
  const auto index = std::max<std::int64_t>(delay.us(), 0) / kBucket.us();
  weights_[std::min(static_cast<std::size_t>(index), kBuckets - 1)] += 1.0 - forget;
}

TimeDelta DelayHistogram::Quantile(double share) const {
  if (added_ == 0) return TimeDelta::Zero();
  double total = 0;
  for (const double weight : weights_) total += weight;
  double sum = 0;
  for (std::size_t i = 0; i < kBuckets; ++i) {
    sum += weights_[i];
    if (sum >= share * total) return kBucket * static_cast<std::int64_t>(i + 1);
  }
  return kBucket * static_cast<std::int64_t>(kBuckets);
}

void DelayHistogram::Clear() {
  weights_.fill(0);
  added_ = 0;
}

}  // namespace onair::playout
