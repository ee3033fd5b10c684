// SPDX-License-Identifier: Apache-2.0
#include "core/playout/play_line.h"

#include <algorithm>
#include <utility>

namespace onair::playout {
namespace {

// While the fastest path still falls by more than kFall within kFollowFor, old media is
// bursting in. Source: ours; longer than the gaps between rounds of a slow-starting TCP
// connection over 300 ms.
constexpr TimeDelta kFollowFor = TimeDelta::Millis(500);
constexpr TimeDelta kFall = TimeDelta::Millis(1);

// Sound begins when the burst paused for this long: chasing it would chop sound up.
// Source: ours; three pictures at 30 per second.
constexpr TimeDelta kSettleFor = TimeDelta::Millis(100);

// Less is jitter. Source: ours; three pictures at 30 per second.
constexpr TimeDelta kBurst = TimeDelta::Millis(100);

// All media late for this long: the network changed for good, waiting for the speed control
// would cost seconds without sound. Source: ours; longer than the bursts of merging servers
// leave a late head before an early tail.
constexpr TimeDelta kLateFor = TimeDelta::Millis(150);

// When media is late or ran out while somebody watches, the line goes back so far that what comes
// is due after this much of the target; the rest of it comes by slower playing. All of it at once
// would stand still for as long as the target is, again and again on a line that is too narrow.
// Source: ours; playout_twin_bench, 2026-11-21: with the time to the next picture less than what
// counts as a stall (at 200 ms there were five times as many).
constexpr TimeDelta kMidstreamCushion = TimeDelta::Millis(120);

// Nothing is decided before another connection's first arrival; looked for this often.
constexpr TimeDelta kNoArrival = TimeDelta::Millis(250);

// How much earlier than due a picture must be there: decoding a key frame of 720p on one slow
// core. Sound's lead is its device's. Source: ours; 7 ms measured with libavcodec, rounded up.
constexpr TimeDelta kPictureLead = TimeDelta::Millis(10);

// Source: ExoPlayer DefaultLivePlaybackSpeedControl, 20 ms without change of speed; the share of
// the target is ours and covers the wobble of the fastest arrival under jitter. Half of both where
// each millisecond counts, and the full speed from 100 ms on instead of 200 ms: what an opening
// cost is gone within a second or two.
constexpr LatencyControl::Slack SlackOf(BufferMode mode) {
  if (mode == BufferMode::kRealtime) return {TimeDelta::Millis(10), 16, 1.0, TimeDelta::Millis(40)};
  return {TimeDelta::Millis(20), 8};
}

}  // namespace

PlayLine::PlayLine(BufferMode mode, TimeDelta fixed_delay, CatchUp catch_up, TimeDelta buffer_span)
    : catch_up_(catch_up),
      buffer_span_(buffer_span),
      target_(mode, fixed_delay),
      control_(SlackOf(mode), catch_up, buffer_span) {}

void PlayLine::SetMode(BufferMode mode, TimeDelta fixed_delay) {
  new_mode_ = Mode{mode, fixed_delay, target_.current()};
  MeasureAnew(*new_mode_, target_.current());
  control_ = LatencyControl(SlackOf(mode), catch_up_, buffer_span_);
  clock_.Reset();
}

void PlayLine::SetDelayRange(TimeDelta least, TimeDelta most) {
  least_ = least;
  most_ = most;
  target_.SetRange(least, most);
}

void PlayLine::MeasureAnew(const Mode& mode, TimeDelta begin) {
  target_ = TargetDelay(mode.mode, mode.fixed_delay, begin);
  target_.SetRange(least_, most_);
}

// What it has beyond what this kind of connection needs goes slowly; what it has beyond what it had
// to have is the speed control's.
void PlayLine::TakeDelayForTarget(Timestamp at) {
  const auto mode = std::exchange(new_mode_, std::nullopt);
  if (mode && map_) MeasureAnew(*mode, std::min(Delay(at), mode->target));
}

LineChange PlayLine::OnArrival(TrackKind track, MediaTime dts, Timestamp at) {
  const TimeDelta lead = track == TrackKind::kAudio ? audio_lead_ : kPictureLead;
  clock_.OnArrival(track, dts, at, lead);
  forecast_.OnArrival(dts, at);
  newest_ = std::max(newest_.value_or(dts), dts);
  TakeDelayForTarget(at);
  if (const auto slot = clock_.TakeSlot()) target_.OnSlot(*slot, at);
  switch (state_) {
    case State::kWaiting:
      state_ = State::kFollowing;
      followed_.reset();
      ForgetTracks();
      NoteTrack(track, dts, at);
      return Follow(at);
    case State::kFollowing:
      NoteTrack(track, dts, at);
      return Follow(at);
    case State::kSteady:
      return WatchLateness(dts, at);
  }
  return {};
}

void PlayLine::OnStall(Timestamp at) {
  target_.OnStall(TimeDelta::Zero(), at);
  clock_.Restart();
  control_.Reset();
  late_since_.reset();
  state_ = State::kWaiting;
  cushion_ = kMidstreamCushion;
  decide_at_ = Timestamp::PlusInfinity();
}

// Never back: a line that is at its target already has nothing to wait for.
LineChange PlayLine::OnOverflow(MediaTime front, Timestamp at) {
  if (state_ == State::kWaiting) return {};
  const TimeDelta cushion = std::min(target_.At(at), kMidstreamCushion);
  const TimeDelta front_due_now = (at - Timestamp::Zero()) - (front - MediaTime::Zero());
  const auto fastest = clock_.fastest();  // None: what overflowed was held back.
  const TimeDelta at_front = front_due_now - cushion;
  const TimeDelta path = fastest ? std::max(at_front, *fastest) : at_front;
  if (path + cushion >= OffsetAt(at)) return {};
  opened_ = path;
  cushion_ = kMidstreamCushion;
  control_.Reset();
  late_since_.reset();
  Put(path + cushion, at);
  return {LineChange::Kind::kMoved, "buffer full"};
}

void PlayLine::Restart() {
  cushion_ = TimeDelta::PlusInfinity();
  clock_.Reset();
  forecast_.Reset();
  newest_.reset();
  control_.Reset();
  late_since_.reset();
  map_.reset();
  state_ = State::kWaiting;
  decide_at_ = Timestamp::PlusInfinity();
}

LineChange PlayLine::OnTime(Timestamp now) {
  if (state_ == State::kWaiting || now < decide_at_) return {};
  if (state_ == State::kFollowing) state_ = State::kSteady;
  if (!clock_.fastest()) {
    decide_at_ = now + kNoArrival;
    return {};
  }
  const LatencyDecision decision = control_.OnReport(
      {now, Delay(now), target_.At(now), forecast_.RunsDryIn(*newest_ - map_->MediaOf(now))});
  decide_at_ = decision.decide_again_at;
  if (decision.move == LatencyDecision::Move::kJump) {
    cushion_ = TimeDelta::PlusInfinity();
    PutAtTarget(now);
    late_since_.reset();
    return {LineChange::Kind::kJumped, decision.reason};
  }
  if (decision.playback_rate == map_->rate) return {};
  map_ = ClockMap{now, map_->MediaOf(now), decision.playback_rate};
  return {LineChange::Kind::kMoved, decision.reason};
}

bool PlayLine::HasSettled(Timestamp now) const {
  if (state_ == State::kWaiting) return false;
  return !IsChasing() || now - *fell_at_ >= kSettleFor;
}

bool PlayLine::IsBursting(Timestamp now) const {
  return IsChasing() && !HasSettled(now) && *opened_ - *followed_ > kBurst;
}

Timestamp PlayLine::settles_at() const {
  return IsChasing() ? *fell_at_ + kSettleFor : Timestamp::PlusInfinity();
}

void PlayLine::NoteTrack(TrackKind track, MediaTime dts, Timestamp at) {
  const TimeDelta offset = (at - Timestamp::Zero()) - (dts - MediaTime::Zero());
  auto& fastest = track == TrackKind::kAudio ? audio_fastest_ : video_fastest_;
  fastest = std::min(fastest.value_or(offset), offset);
}

// How far the slower track lies behind, its lead included.
TimeDelta PlayLine::TrackSpread() const {
  if (!video_fastest_ || !audio_fastest_) return TimeDelta::Zero();
  const TimeDelta sound_behind = *audio_fastest_ - *video_fastest_;
  return std::max(sound_behind + audio_lead_, kPictureLead - sound_behind);
}

void PlayLine::ForgetTracks() {
  video_fastest_.reset();
  audio_fastest_.reset();
  spread_ = TimeDelta::Zero();
}

LineChange PlayLine::Follow(Timestamp at) {
  const TimeDelta fastest = *clock_.fastest();
  const TimeDelta spread = TrackSpread();
  const bool has_fallen = !followed_ || *followed_ - fastest >= kFall;
  const bool has_spread = spread - spread_ >= kFall;
  if (!has_fallen && !has_spread) return {};
  if (!followed_) opened_ = fastest;
  const bool is_moved = !followed_ || has_spread || IsChasing();
  const char* reason = !followed_ ? "first arrival" : has_fallen ? "burst" : "slower track";
  if (has_spread) {
    spread_ = spread;
    target_.OnWorstDelay(spread, at);
  }
  if (has_fallen) {
    followed_ = fastest;
    fell_at_ = at;
    decide_at_ = at + kFollowFor;
  }
  if (!is_moved) return {};
  PutAtTarget(at);
  return {LineChange::Kind::kMoved, reason};
}

LineChange PlayLine::WatchLateness(MediaTime dts, Timestamp at) {
  const TimeDelta late = at - map_->AtOf(dts);
  if (late <= TimeDelta::Zero()) {
    late_since_.reset();
    return {};
  }
  if (!late_since_) late_since_ = at;
  if (at - *late_since_ < kLateFor) return {};
  target_.OnStall(late, at);
  clock_.Restart();
  clock_.OnArrival(TrackKind::kVideo, dts, at, TimeDelta::Zero());
  control_.Reset();
  late_since_.reset();
  followed_.reset();
  ForgetTracks();
  state_ = State::kFollowing;
  cushion_ = kMidstreamCushion;
  static_cast<void>(Follow(at));
  return {LineChange::Kind::kLate, "all media late"};
}

void PlayLine::PutAtTarget(Timestamp at) {
  const bool is_opening = state_ == State::kFollowing && catch_up_ == CatchUp::kSpeed;
  const TimeDelta path = is_opening ? *opened_ : *clock_.fastest();
  Put(path + std::min(target_.At(at), cushion_), at);
}

void PlayLine::Put(TimeDelta offset, Timestamp at) {
  map_ = ClockMap{at, MediaTime::Zero() + (at - Timestamp::Zero() - offset), 1.0};
}

TimeDelta PlayLine::OffsetAt(Timestamp at) const {
  return (at - Timestamp::Zero()) - (map_->MediaOf(at) - MediaTime::Zero());
}

TimeDelta PlayLine::Delay(Timestamp at) const {
  const auto fastest = clock_.fastest();
  return fastest && map_ ? OffsetAt(at) - *fastest : TimeDelta::Zero();
}

}  // namespace onair::playout
