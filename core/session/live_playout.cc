// SPDX-License-Identifier: Apache-2.0
#include "core/session/live_playout.h"

#include <algorithm>
#include <utility>

namespace onair::session {
namespace {

using playout::LineChange;
using playout::LiveBuffer;

// Video is decoded this much before its time: one picture in the decoder and two waiting at
// 30 a second. Longer would hold more memory for nothing, shorter leaves a slow key frame no
// time. Source: ours; a 1080p key frame takes 20..40 ms on a phone's software decoder.
constexpr TimeDelta kVideoAhead = TimeDelta::Millis(60);

// Sound is decoded this much before its time: the device pulls ahead by its own delay.
// Source: ours; 20..100 ms of output delay on phones.
constexpr TimeDelta kAudioAhead = TimeDelta::Millis(120);
constexpr TimeDelta kAudioMargin = TimeDelta::Millis(60);

// Over datagrams sound behind a hole waits until it must go: what is missing may still be resent.
// Source: ours; decoding takes less than a millisecond, the rest is for threads to wake.
constexpr TimeDelta kRealtimeMargin = TimeDelta::Millis(10);

// Sound with nothing missing before it has nothing to wait for: it goes earlier by this, so that a
// thread that wakes late, or has a picture to decode first, costs it none.
// Source: ours; 14 s on two busy cores had about half the gaps.
constexpr TimeDelta kRealtimeEarly = TimeDelta::Millis(30);

// A stall: nothing new for this long after the last frame's time, or for two intervals of a
// slow stream, at most kLongestGap.
// Source: ours; stricter than Agora's 500 ms and Tencent's 800 ms.
constexpr TimeDelta kStallGap = TimeDelta::Millis(200);
constexpr TimeDelta kLongestGap = TimeDelta::Seconds(1);

// How far a publisher's timestamps may be from where its clock would have come to meanwhile, and
// still count as going on. Source: ours; the delay of a connection's first frames, and far from
// what clocks that began anew differ by.
constexpr TimeDelta kClockSlack = TimeDelta::Seconds(1);

}  // namespace

PlayoutStyle PlayoutStyle::OfStreams() {
  return {kVideoAhead,       kAudioAhead,          kAudioMargin,
          TimeDelta::Zero(), Timestamps::kMayGoOn, Sound::kInOrder};
}

PlayoutStyle PlayoutStyle::OfDatagrams() {
  return {kVideoAhead,    kRealtimeMargin,           kRealtimeMargin,
          kRealtimeEarly, Timestamps::kOfConnection, Sound::kInAnyOrder};
}

LivePlayout::LivePlayout(const PlaySessionConfig& config, const PlayoutStyle& style,
                         TraceSink& trace)
    : style_(style),
      mode_(config.buffer),
      buffer_span_(config.buffer_span),
      trace_(trace),
      buffer_(config.buffer_span, config.buffer_size),
      line_(config.buffer, config.fixed_delay, config.catch_up, config.buffer_span) {}

void LivePlayout::OnTracks(const StreamTracks& tracks, Timestamp now) {
  Tell(tracks_.OnTracks(tracks, buffer_));
  if (!tracks_.is_overrun()) return;
  trace_.Decision(now, "play.restart", "flush", "tracks change too often");
  StartAfresh();
  SetTimers(now);
}

bool LivePlayout::OnFrame(EncodedFrame frame, Timestamp now) {
  const TrackKind track = frame.track();
  const MediaTime dts = frame.dts;
  ++(track == TrackKind::kVideo ? video_received_ : audio_received_);
  if (is_fresh_ || has_publisher_left_) {
    if (track == TrackKind::kVideo && !frame.is_key()) {
      ++unusable_;
      return false;
    }
    Begin(dts, now);
  }
  if (track == TrackKind::kAudio && sound_until_) {
    if (dts <= *sound_until_) {
      ++repeated_;
      return true;
    }
    sound_until_.reset();
  }
  const bool is_hidden = IsHidden(frame);
  NoteArrived(frame);
  if (!Take(std::move(frame), now)) return true;
  const bool is_usable = track == TrackKind::kAudio || !buffer_.awaits_key();
  if (is_usable) {
    if (newest_ && dts > *newest_) interval_ = dts - *newest_;
    newest_ = newest_ ? std::max(*newest_, dts) : dts;
    newest_at_ = now;
  }
  // How late pictures are that stood on the display already says nothing, nor what was held back.
  const bool is_arrival = !is_hidden && (!is_held_ || line_.IsWaiting());
  if (is_arrival) Apply(line_.OnArrival(track, dts, now), now);
  buffer_.SetSpan(line_.Target(now) + buffer_span_);
  Release(now);
  return is_usable;
}

// What a connection or publisher brings is a start of its own. A publisher who goes on with the
// timestamps follows what still waits here; the line is measured anew.
void LivePlayout::Begin(MediaTime dts, Timestamp now) {
  const bool goes_on = has_publisher_left_ && GoesOn(dts, now);
  is_fresh_ = false;
  has_publisher_left_ = false;
  is_playing_ = false;
  if (!goes_on) return StartAfresh();
  trace_.Decision(now, "play.publisher", "goes on", "its clock ran on");
  buffer_.AwaitKey();
  line_.Restart();
}

bool LivePlayout::GoesOn(MediaTime dts, Timestamp now) const {
  if (style_.timestamps == PlayoutStyle::Timestamps::kOfConnection) return false;
  if (!newest_ || !newest_at_) return false;
  const TimeDelta difference = (dts - *newest_) - (now - *newest_at_);
  return difference >= -kClockSlack && difference <= kClockSlack;
}

void LivePlayout::Enqueue(EncodedFrame frame, Timestamp now) {
  switch (buffer_.Push(std::move(frame))) {
    case LiveBuffer::Outcome::kRestarted:
      trace_.Decision(now, "play.restart", "flush", "timestamps went back");
      said_.emplace_back(Play::FlushDecoders{});
      order_.Clear();
      line_.Restart();
      newest_.reset();
      ForgetJoint();
      shows_at_once_ = true;
      break;
    case LiveBuffer::Outcome::kOverflowed:
      trace_.Decision(now, "play.jump", "newest key frame", "buffer full");
      ++jumps_;
      has_overflowed_ = true;
      break;
    case LiveBuffer::Outcome::kQueued:
    case LiveBuffer::Outcome::kAwaitsKey:
      break;
  }
}

void LivePlayout::OnTime(Timestamp now) {
  if (timers_.TakeDue(Timer::kSpeed, now)) {
    Apply(line_.OnTime(now), now);
    if (line_.map()) {
      trace_.Number(now, "play.target_delay_ms", line_.Target(now).ms_f());
      trace_.Number(now, "play.buffered_ms", buffer_.span().ms_f());
    }
  }
  if (timers_.TakeDue(Timer::kDry, now)) NoteDry(now);
  Release(now);
}

void LivePlayout::OnDecodeFailed(Timestamp now) {
  trace_.Decision(now, "play.skip", "next key frame", "decode failed");
  buffer_.DropToNextKey();
  SetTimers(now);
}

void LivePlayout::SetAudioLead(TimeDelta lead) {
  audio_lead_ = std::clamp(lead, TimeDelta::Zero(), TimeDelta::Seconds(1));
  line_.SetAudioLead(audio_lead_);
}

Idle LivePlayout::Next() const {
  return timers_.Next();
}

// A broken stamp far ahead cannot stretch it: the buffer's own bound holds.
Timestamp LivePlayout::PlaysOutAt(Timestamp now) {
  if (!line_.map() || !newest_) return now;
  const Timestamp latest = now + line_.Target(now) + buffer_span_;
  return std::min(line_.map()->AtOf(*newest_) + interval_, latest);
}

void LivePlayout::FillStats(PlaySessionStats& stats, Timestamp now) const {
  const auto& dropped = buffer_.stats();
  stats.video_frames_received = video_received_;
  stats.audio_frames_received = audio_received_;
  stats.frames_dropped = unusable_ + dropped.video_dropped;
  stats.audio_frames_dropped = dropped.audio_dropped + order_.stats().late + repeated_;
  stats.jumps = jumps_;
  stats.stalls = stalls_;
  stats.stalled_for = stalled_for_;
  if (dry_since_) stats.stalled_for += std::max(now - *dry_since_, TimeDelta::Zero());
  stats.target_delay = line_.target();
  stats.playback_rate = line_.playback_rate();
  if (line_.map() && newest_) {
    stats.buffered = std::max(line_.map()->AtOf(*newest_) - now, TimeDelta::Zero());
  }
}

void LivePlayout::StartAfresh() {
  if (newest_) said_.emplace_back(Play::FlushDecoders{});
  buffer_.Clear();
  order_.Clear();
  is_behind_hole_ = false;
  has_overflowed_ = false;
  ForgetJoint();
  Tell(tracks_.OnCleared());
  line_.Restart();
  newest_.reset();
  shows_at_once_ = true;
}

void LivePlayout::Tell(std::optional<StreamTracks> tracks) {
  if (tracks) said_.emplace_back(Play::TracksChanged{std::move(*tracks)});
}

void LivePlayout::Apply(const LineChange& change, Timestamp now) {
  if (change.kind == LineChange::Kind::kNone) return;
  is_line_new_ = true;
  if (change.kind == LineChange::Kind::kMoved) return;
  if (change.kind == LineChange::Kind::kJumped) ++jumps_;
  trace_.Decision(now, "play.line", "to target", change.reason);
}

void LivePlayout::Release(Timestamp now) {
  if (std::exchange(has_overflowed_, false)) {
    if (const auto oldest = buffer_.Oldest()) Apply(line_.OnOverflow(*oldest, now), now);
  }
  if (is_line_new_) {
    is_line_new_ = false;
    // Of several moves before the driver asks, the last one holds.
    if (!said_.empty() && std::holds_alternative<Play::LineChanged>(said_.back())) {
      said_.pop_back();
    }
    said_.emplace_back(Play::LineChanged{*line_.map()});
    trace_.Number(now, "play.rate", line_.playback_rate());
  }
  if (line_.map()) {
    OrderSound(now);
    ReleaseVideo(now);
    ReleaseAudio(now);
  }
  SetTimers(now);
}

void LivePlayout::ReleaseVideo(Timestamp now) {
  const EncodedFrame* first = buffer_.Front(TrackKind::kVideo);
  if (shows_at_once_ && first != nullptr && !IsHidden(*first)) {
    shows_at_once_ = false;
    Decode(TrackKind::kVideo, now, now);
  }
  const ClockMap& line = *line_.map();
  buffer_.SkipToKey(line.MediaOf(now));
  while (const EncodedFrame* frame = buffer_.Front(TrackKind::kVideo)) {
    if (line.AtOf(frame->dts) - style_.video_ahead > now) return;
    if (IsNotWorthDecoding(*frame, now)) {
      buffer_.DropFront(TrackKind::kVideo);
      continue;
    }
    Decode(TrackKind::kVideo, line.AtOf(frame->pts), now);
  }
}

// Its time is over, something newer is there to show, and nothing refers to it: an old group of
// pictures is through sooner without it.
bool LivePlayout::IsNotWorthDecoding(const EncodedFrame& frame, Timestamp now) const {
  if (frame.kind != FrameKind::kDroppable) return false;
  const bool is_late = line_.map()->AtOf(frame.pts) < now;
  return (is_late && buffer_.HasBehindFront(TrackKind::kVideo)) || line_.IsBursting(now);
}

void LivePlayout::Decode(TrackKind track, Timestamp render_at, Timestamp now) {
  Tell(tracks_.OnFrame(track, buffer_.FrontVersion(track)));
  said_.emplace_back(Play::DecodeFrame{buffer_.Pop(track), render_at});
  if (track == TrackKind::kVideo) NoteReleased(std::get<Play::DecodeFrame>(said_.back()).frame);
  if (!is_playing_ || dry_since_) NoteStart(now);
}

void LivePlayout::NoteStart(Timestamp now) {
  ++starts_;
  is_playing_ = true;
  if (!dry_since_) return;
  stalled_for_ += now - *dry_since_;
  trace_.Span(*dry_since_, now, "play.stall");
  dry_since_.reset();
}

void LivePlayout::NoteDry(Timestamp now) {
  if (!is_playing_ || dry_since_ || !buffer_.empty()) return;
  if (has_publisher_left_) {  // No stall: there is nothing that could come.
    is_playing_ = false;
    shows_at_once_ = true;
    return;
  }
  ++stalls_;
  dry_since_ = newest_ ? std::min(now, line_.map()->AtOf(*newest_)) : now;
  shows_at_once_ = true;
  // A lost connection says nothing about jitter, and the next one sets the line anew.
  if (!is_fresh_) line_.OnStall(now);
}

void LivePlayout::SetTimers(Timestamp now) {
  timers_.StopAll();
  timers_.Set(Timer::kSpeed, line_.decide_at());
  if (!line_.map()) return;
  if (const EncodedFrame* frame = buffer_.Front(TrackKind::kVideo)) {
    timers_.Set(Timer::kVideoDue, line_.map()->AtOf(frame->dts) - style_.video_ahead);
  }
  if (const EncodedFrame* frame = buffer_.Front(TrackKind::kAudio)) {
    const Timestamp due = SoundGoesAt(frame->dts);
    timers_.Set(Timer::kAudioDue, line_.HasSettled(now) ? due : std::max(due, line_.settles_at()));
  }
  if (const auto hole = order_.hole())
    timers_.Set(Timer::kHole, std::max(SoundNeededAt(*hole), now + kTick));
  if (is_playing_ && !dry_since_ && buffer_.empty()) {
    // A line that moved may have made the deadline past.
    timers_.Set(Timer::kDry, std::max(DryAt(), now + kTick));
  }
}

Timestamp LivePlayout::DryAt() const {
  const TimeDelta gap = std::clamp(interval_ * 2, kStallGap, kLongestGap);
  if (!newest_) return *newest_at_ + gap;
  const Timestamp latest = *newest_at_ + buffer_span_;
  return std::max(*newest_at_, std::min(line_.map()->AtOf(*newest_), latest)) + gap;
}

}  // namespace onair::session
