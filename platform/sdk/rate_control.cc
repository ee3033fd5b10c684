// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/rate_control.h"

#include <algorithm>

namespace onair {

RateControl::RateControl(const ControlConfig& config, const control::EncoderLimits& limits,
                         Sizes sizes)
    : sizes_(sizes), allocator_(config, limits) {}

EncoderTarget RateControl::OnDecision(std::size_t destination,
                                      const cc::CongestionDecision& decision, Carriage carriage,
                                      Timestamp now) {
  Line& line = lines_.at(destination);
  line.latest = decision;
  return Capped(line.is_live ? allocator_.OnDecision(destination, decision, carriage, now)
                             : allocator_.target());
}

// A session tells only news: what it decided before a loss holds again when it is back.
EncoderTarget RateControl::OnState(std::size_t destination, PublishState state, Timestamp now) {
  Line& line = lines_.at(destination);
  line.is_live = state == PublishState::kLive;
  if (!line.is_live) return Capped(allocator_.OnGone(destination, now));
  if (!line.latest) return Capped(allocator_.target());
  cc::CongestionDecision decision = *line.latest;
  decision.intake = Intake::kOpen;  // A new connection begins with an empty line.
  decision.frame_limit.reset();     // Of that moment.
  return Capped(allocator_.OnDecision(destination, decision, Carriage::kMoves, now));
}

EncoderTarget RateControl::SetCap(const EncoderTarget& cap) {
  cap_ = cap;
  return Capped(allocator_.target());
}

EncoderTarget RateControl::Capped(EncoderTarget target) const {
  if (cap_) {
    target.video_rate = std::min(target.video_rate, cap_->video_rate);
    target.frame_rate = std::min(target.frame_rate, cap_->frame_rate);
    target.resolution_step = std::max(target.resolution_step, cap_->resolution_step);
    target.roi_emphasis = std::min(target.roi_emphasis * cap_->roi_emphasis, 2.0);
    if (cap_->frame_limit) {
      target.frame_limit =
          std::min(*cap_->frame_limit, target.frame_limit.value_or(*cap_->frame_limit));
    }
    if (cap_->intake == Intake::kPaused) target.intake = Intake::kPaused;
  }
  if (sizes_ == Sizes::kStay) target.resolution_step = 0;
  return target;
}

}  // namespace onair
