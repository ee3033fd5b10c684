// SPDX-License-Identifier: Apache-2.0
//
// What the media half of a play session does where another connection's media takes over: the one
// line, buffer and decoders go on, and nothing is shown or heard twice.
#include <algorithm>
#include <limits>
#include <utility>

#include "core/session/live_playout.h"

namespace onair::session {
namespace {

// From a frame of sound to its samples.
// Source: ours; decoding takes less than a millisecond, the rest is for threads to wake.
constexpr TimeDelta kSoundDecoding = TimeDelta::Millis(10);

}  // namespace

void LivePlayout::GoOn(const Joint& joint, const PlaySessionConfig& config,
                       const PlayoutStyle& style, Timestamp now) {
  OrderSound(MediaTime::Micros(std::numeric_limits<std::int64_t>::max()), now);
  order_.Clear();
  style_ = style;
  if (std::exchange(mode_, config.buffer) != mode_) line_.SetMode(mode_, config.fixed_delay);
  least_delay_ = TimeDelta::Zero();
  SetDelayRange(TimeDelta::Zero(), TimeDelta::PlusInfinity());  // The other sender asks anew.
  is_held_ = true;
  is_fresh_ = !newest_;
  has_publisher_left_ = false;
  is_playing_ = false;  // What is decoded next is said to be a start where the state is none.
  buffer_.AwaitKey();
  if (joint.key) ReplaceFrom(*joint.key - position_.same());
  if (joint.shown_until) HideUntil(*joint.shown_until);
  if (position_.sound_arrived) {
    sound_until_ = *position_.sound_arrived + position_.sound_interval.Scaled(0.5);
  }
  SetTimers(now);
}

// What waits from there on is not decoded; what was decoded is not shown again.
void LivePlayout::ReplaceFrom(MediaTime key) {
  buffer_.TakeBackVideo(key);
  if (position_.video_released && *position_.video_released >= key)
    HideUntil(*position_.video_released + position_.same());
  if (position_.video_arrived) position_.video_arrived = std::min(*position_.video_arrived, key);
  position_.video_decoding.reset();
}

void LivePlayout::HideUntil(MediaTime until) {
  hidden_until_ = std::max(hidden_until_.value_or(until), until);
  said_.emplace_back(Play::HidePictures{*hidden_until_});
}

PlayoutPosition LivePlayout::position(Timestamp now) const {
  PlayoutPosition position = position_;
  position.video_ahead = style_.video_ahead;
  position.sound_ahead = audio_lead_ + kSoundDecoding;
  const auto& line = line_.map();
  if (!line) return position;
  position.delay = line_.Delay(now);
  position.sound_needed = line->MediaOf(now + position.sound_ahead);
  return position;
}

void LivePlayout::SetLeastDelay(TimeDelta least) {
  least_delay_ = least;
  SetDelayRange(asked_least_, asked_most_);
}

void LivePlayout::SetDelayRange(TimeDelta least, TimeDelta most) {
  asked_least_ = least;
  asked_most_ = most;
  line_.SetDelayRange(std::max(least, least_delay_), std::max(most, least_delay_));
}

bool LivePlayout::IsHidden(const EncodedFrame& frame) const {
  return frame.track() == TrackKind::kVideo && hidden_until_ && frame.pts <= *hidden_until_;
}

void LivePlayout::NoteArrived(const EncodedFrame& frame) {
  const auto advance = [](std::optional<MediaTime>& furthest, MediaTime to, TimeDelta& interval) {
    if (furthest && to > *furthest) interval = to - *furthest;
    furthest = furthest ? std::max(*furthest, to) : to;
  };
  if (frame.track() == TrackKind::kAudio) {
    return advance(position_.sound_arrived, frame.dts, position_.sound_interval);
  }
  advance(position_.video_decoding, frame.dts, position_.video_interval);
  position_.video_arrived = std::max(position_.video_arrived.value_or(frame.pts), frame.pts);
  position_.is_reordered = position_.is_reordered || frame.pts != frame.dts;
}

void LivePlayout::NoteReleased(const EncodedFrame& frame) {
  position_.video_released = std::max(position_.video_released.value_or(frame.pts), frame.pts);
}

// Positions from before do not compare any more.
void LivePlayout::ForgetJoint() {
  position_ = PlayoutPosition{};
  hidden_until_.reset();
  sound_until_.reset();
}

}  // namespace onair::session
