// SPDX-License-Identifier: Apache-2.0
#include "core/twin/media_element.h"

#include <algorithm>

namespace onair::twin {
namespace {

// HTML section 4.8.11.8: "timeupdate" at least each 250 ms of playing; browsers take these.
constexpr TimeDelta kTimeUpdate = TimeDelta::Millis(250);

// Positions are whole microseconds: what a step rounds away must not keep it from its end.
constexpr TimeDelta kRounding = TimeDelta::Micros(2);

}  // namespace

void MediaElement::Take(const LiveArrivals::Arrival& arrival) {
  AdvanceTo(arrival.at);
  const EncodedFrame& frame = arrival.frame;
  const bool is_video = frame.track() == TrackKind::kVideo;
  if (is_video && !video_end_) position_ = frame.pts;
  (is_video ? video_end_ : audio_end_) = frame.dts;
  if (is_video) pictures_.push_back({frame.pts, arrival.captured_at});
  if (!is_waiting_ || buffered() < config_.starts_from) return;
  is_waiting_ = false;
  updates_at_ = now_ + kTimeUpdate;
  ShowDue();
}

TimeDelta MediaElement::buffered() const {
  if (!video_end_ || !audio_end_) return TimeDelta::Zero();
  return std::max(std::min(*video_end_, *audio_end_) - position_, TimeDelta::Zero());
}

void MediaElement::AdvanceTo(Timestamp at) {
  while (!is_waiting_ && now_ < at) {
    const Timestamp dry_at = When(position_ + buffered());
    const Timestamp shows_at = pictures_.empty() ? dry_at : When(pictures_.front().pts);
    Step(std::min({at, updates_at_, dry_at, std::max(shows_at, now_)}));
    ShowDue();
    if (now_ >= updates_at_) Update();
    if (buffered() <= kRounding) is_waiting_ = true;
  }
  now_ = std::max(now_, at);
}

void MediaElement::Step(Timestamp to) {
  position_ += (to - now_).Scaled(rate_);
  now_ = to;
}

void MediaElement::ShowDue() {
  std::optional<Picture> newest;
  while (!pictures_.empty() && pictures_.front().pts <= position_ + kRounding) {
    newest = pictures_.front();
    pictures_.pop_front();
  }
  if (newest) meter_.Shown(newest->captured_at, now_);
}

void MediaElement::Update() {
  updates_at_ = now_ + kTimeUpdate;
  if (!config_.live_sync) return;
  const LiveSyncRule& rule = *config_.live_sync;
  if (buffered() > rule.most) {
    rate_ = std::clamp(rule.rate, 1.0, 2.0);
  } else if (buffered() <= rule.target) {
    rate_ = 1.0;
  }
}

Timestamp MediaElement::When(MediaTime position) const {
  return now_ + (position - position_).Scaled(1.0 / rate_);
}

}  // namespace onair::twin
