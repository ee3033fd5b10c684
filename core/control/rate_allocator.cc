// SPDX-License-Identifier: Apache-2.0
#include "core/control/rate_allocator.h"

#include <algorithm>

#include "core/base/check.h"

namespace onair::control {

RateAllocator::RateAllocator(const ControlConfig& config, const EncoderLimits& limits)
    : config_(config),
      limits_(limits),
      target_{.video_rate = limits.rate, .frame_rate = limits.frame_rate} {}

EncoderTarget RateAllocator::OnDecision(std::size_t destination,
                                        const cc::CongestionDecision& decision, Timestamp) {
  ONAIR_DCHECK(destination < kMostDestinations);
  wishes_[destination] = Wish{decision.target_rate, decision.intake};
  return Allocate();
}

EncoderTarget RateAllocator::OnGone(std::size_t destination, Timestamp) {
  ONAIR_DCHECK(destination < kMostDestinations);
  wishes_[destination].reset();
  return Allocate();
}

const EncoderTarget& RateAllocator::Allocate() {
  // Without anybody who takes pictures the last rate stays: the next one begins with it.
  std::optional<DataRate> least;
  target_.intake = Intake::kOpen;
  for (const auto& wish : wishes_) {
    if (!wish) continue;
    least = std::min(wish->rate, least.value_or(wish->rate));
    if (wish->intake == Intake::kPaused) target_.intake = Intake::kPaused;
  }
  if (least) {
    const DataRate floor = std::min(config_.min_rate, limits_.rate);
    target_.video_rate = std::clamp(*least, floor, limits_.rate);
  }
  return target_;
}

}  // namespace onair::control
