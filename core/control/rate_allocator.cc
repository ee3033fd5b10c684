// SPDX-License-Identifier: Apache-2.0
#include "core/control/rate_allocator.h"

#include <algorithm>
#include <cmath>

#include "core/base/check.h"

namespace onair::control {
namespace {

// A rung that has a quarter more than it needs leaves the regions as configured; at six tenths
// they get all the emphasis there is.
constexpr double kPlenty = 1.25;
constexpr double kScarce = 0.6;
// Each step moves bits within the picture: few and large ones do not flicker.
constexpr double kEmphasisSteps = 4;

double EmphasisAt(double plenty) {
  const double scarcity = std::clamp((kPlenty - plenty) / (kPlenty - kScarce), 0.0, 1.0);
  return 1 + std::floor(scarcity * kEmphasisSteps) / kEmphasisSteps;
}

}  // namespace

RateAllocator::RateAllocator(const ControlConfig& config, const EncoderLimits& limits)
    : config_(config),
      limits_(limits),
      ladder_(config.mode, limits),
      target_{.video_rate = limits.rate, .frame_rate = limits.frame_rate} {}

EncoderTarget RateAllocator::OnDecision(std::size_t destination,
                                        const cc::CongestionDecision& decision, Carriage carriage,
                                        Timestamp now) {
  ONAIR_DCHECK(destination < kMostDestinations);
  wishes_[destination] =
      Wish{decision.target_rate, decision.intake, carriage, decision.frame_limit};
  return Allocate(now);
}

EncoderTarget RateAllocator::OnGone(std::size_t destination, Timestamp now) {
  ONAIR_DCHECK(destination < kMostDestinations);
  wishes_[destination].reset();
  return Allocate(now);
}

const EncoderTarget& RateAllocator::Allocate(Timestamp now) {
  // Without anybody who takes pictures the last rate stays: the next one begins with it.
  const bool one_moves = std::ranges::any_of(
      wishes_, [](const auto& wish) { return wish && wish->carriage == Carriage::kMoves; });
  std::optional<DataRate> least;
  target_.intake = Intake::kOpen;
  target_.frame_limit.reset();
  for (const auto& wish : wishes_) {
    if (!wish || (one_moves && wish->carriage == Carriage::kStands)) continue;
    least = std::min(wish->rate, least.value_or(wish->rate));
    if (wish->intake == Intake::kPaused) target_.intake = Intake::kPaused;
    if (wish->frame_limit) {
      target_.frame_limit =
          std::min(*wish->frame_limit, target_.frame_limit.value_or(*wish->frame_limit));
    }
  }
  if (least) {
    const DataRate floor = std::min(config_.min_rate, limits_.rate);
    target_.video_rate = std::clamp(*least, floor, limits_.rate);
    ladder_.OnRate(target_.video_rate, now);
    target_.frame_rate = ladder_.rung().frame_rate;
    target_.resolution_step = ladder_.rung().resolution_step;
    target_.roi_emphasis = EmphasisAt(ladder_.plenty());
  }
  return target_;
}

}  // namespace onair::control
