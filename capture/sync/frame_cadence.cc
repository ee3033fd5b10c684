// SPDX-License-Identifier: Apache-2.0
#include "capture/sync/frame_cadence.h"

#include <algorithm>

namespace onair::capture {
namespace {

// A picture this much of an interval before its slot still takes it: sources jitter. At half
// and above, twice the target rate would pass odd and even pictures by turns.
// Source: ours; a camera's delivery jitters by up to 10 ms at 30 fps.
constexpr double kEarly = 0.4;

constexpr TimeDelta kStep = TimeDelta::Millis(1);

bool IsRate(double frame_rate) {
  return frame_rate > 0 && frame_rate <= 120;
}

}  // namespace

Status FrameCadenceConfig::Validate() const {
  if (!IsRate(frame_rate)) return Fail(ErrorCode::kInvalidConfig, "frame_rate");
  if (repeat_after < TimeDelta::Millis(50) || repeat_after > TimeDelta::Seconds(10)) {
    return Fail(ErrorCode::kInvalidConfig, "repeat_after");
  }
  return {};
}

FrameCadence::FrameCadence(const FrameCadenceConfig& config) : config_(config) {}

void FrameCadence::SetFrameRate(double frame_rate) {
  if (!IsRate(frame_rate) || frame_rate == config_.frame_rate) return;
  config_.frame_rate = frame_rate;
  if (last_out_) next_slot_ = *last_out_ + interval();
}

FrameDecision FrameCadence::OnPicture(MediaTime at) {
  using enum FrameDecision::Choice;
  if (last_out_ && at <= *last_out_) {
    held_back_ = at;
    return {kDrop, "not later than the last"};
  }
  const bool is_due = !next_slot_ || at + interval().Scaled(kEarly) >= *next_slot_;
  if (!is_due && !last_was_repeat_) {
    held_back_ = at;
    return {kDrop, "above the rate"};
  }
  // Slots run on from each other, so the mean rate is exact; a late picture starts them anew.
  const bool keeps_grid = is_due && next_slot_ && at - *next_slot_ < interval();
  next_slot_ = (keeps_grid ? *next_slot_ : at) + interval();
  const char* reason = !last_out_ ? "first" : is_due ? "in its slot" : "news after a repeat";
  last_out_ = at;
  held_back_.reset();
  last_was_repeat_ = false;
  return {kPass, reason};
}

std::optional<MediaTime> FrameCadence::RepeatAt() const {
  if (!last_out_) return std::nullopt;
  // A whole interval of grace: the next picture of a running source comes before.
  if (held_back_) return *next_slot_ + interval();
  if (config_.repeat == RepeatMode::kFullRate) return *next_slot_ + interval().Scaled(kEarly);
  return *last_out_ + config_.repeat_after;
}

std::optional<MediaTime> FrameCadence::OnTime(MediaTime now) {
  const auto due = RepeatAt();
  if (!due || now < *due) return std::nullopt;
  MediaTime at = now;
  if (config_.repeat == RepeatMode::kFullRate && now - *next_slot_ < interval() * 2) {
    at = *next_slot_;
  }
  at = std::max(at, *last_out_ + kStep);
  last_out_ = at;
  next_slot_ = at + interval();
  held_back_.reset();
  last_was_repeat_ = config_.repeat == RepeatMode::kKeepAlive;
  return at;
}

TimeDelta FrameCadence::interval() const {
  return TimeDelta::SecondsF(1 / config_.frame_rate);
}

}  // namespace onair::capture
