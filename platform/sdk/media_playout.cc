// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/media_playout.h"

#include <algorithm>
#include <utility>

namespace onair {
namespace {

// How long before they are due frames go to the decoders; as live ones do (session::Play).
constexpr TimeDelta kVideoAhead = TimeDelta::Millis(60);
constexpr TimeDelta kAudioAhead = TimeDelta::Millis(120);

// Read ahead of what is played. A disk answers in milliseconds, a server of segments of 2 to 10 s
// when the next one is asked for.
constexpr TimeDelta kFileAhead = TimeDelta::Seconds(2);
constexpr TimeDelta kHlsAhead = TimeDelta::Seconds(15);
constexpr std::int64_t kMostBytes = 32 << 20;  // 10 s at 25 Mbit/s.
constexpr std::size_t kMostFrames = 4'000;

// What is there before it goes on.
// Source: ours; below what a viewer takes for a longer opening, above the jitter of one segment.
constexpr TimeDelta kHlsFirst = TimeDelta::Millis(500);
constexpr TimeDelta kHlsRefill = TimeDelta::Seconds(1);

// A decoder that holds back more pictures than the stream says gets one more each time, a picture
// that does not come at all is not waited for.
constexpr TimeDelta kTryEach = TimeDelta::Millis(40);
constexpr int kMostTries = 20;
constexpr TimeDelta kMostWait = TimeDelta::Seconds(2);
constexpr TimeDelta kDrainWait = TimeDelta::Millis(300);

// Times in whole milliseconds.
constexpr TimeDelta kRounding = TimeDelta::Millis(1);

// A line that stands: nothing is due for so long.
constexpr TimeDelta kFarAhead = TimeDelta::Seconds(10LL * 365 * 24 * 3600);

constexpr TimeDelta kUnknownSpan = TimeDelta::Millis(33);

}  // namespace

MediaPlayout::MediaPlayout(Timestamp now) {
  stats_.opening.started = now;
}

void MediaPlayout::HandleOpened(const devices::MediaInfo& info, Timestamp now) {
  if (phase_ != Phase::kOpening) return;
  info_ = info;
  video_.is_there = info.tracks.video.has_value();
  audio_.is_there = info.tracks.audio.has_value();
  stats_.opening.first_byte = now;
  phase_ = Phase::kFilling;
  const bool is_live = info.kind == devices::MediaKind::kLiveHls;
  out_.emplace_back(Play::TracksChanged{info.tracks});
  out_.emplace_back(PlaySession::PictureForm{
      info.rotation, is_live ? PlaySession::Stamps::kNow : PlaySession::Stamps::kPast});
  Advance(now);
}

void MediaPlayout::HandleItem(Pass pass, devices::MediaReader::Item item, Timestamp now) {
  if (pass != pass_ || phase_ == Phase::kClosed || !info_) return;
  if (auto* tracks = std::get_if<StreamTracks>(&item)) {
    tracks_due_ = std::move(*tracks);
    video_.is_there = video_.is_there || tracks_due_->video;
    audio_.is_there = audio_.is_there || tracks_due_->audio;
    return;
  }
  EncodedFrame frame = std::get<EncodedFrame>(std::move(item));
  frame.pts += loop_offset_;
  frame.dts += loop_offset_;
  // Where nobody said a place it is that of the first frame: a live list begins anywhere.
  if (begins_anywhere_ && phase_ == Phase::kFilling) {
    place_ = has_frames_ ? std::min(place_, frame.pts) : frame.pts;
  }
  has_frames_ = true;
  read_end_ = std::max(read_end_, frame.pts + Span(frame));
  const auto size = static_cast<std::int64_t>(frame.payload.size());
  const bool is_video = frame.track() == TrackKind::kVideo;
  ++(is_video ? stats_.video_frames_received : stats_.audio_frames_received);
  stats_.bytes_received = stats_.bytes_received + DataSize::Bytes(size);
  if (frame.is_key() && !stats_.opening.first_key_frame) stats_.opening.first_key_frame = now;
  bytes_ += size;
  LaneOf(frame.track())
      .frames.push_back({std::move(frame), std::exchange(tracks_due_, std::nullopt)});
  Advance(now);
}

void MediaPlayout::HandleEnd(Pass pass, Timestamp now) {
  if (pass != pass_ || phase_ == Phase::kClosed) return;
  if (repeat_ == Repeat::kForever && has_frames_ && info_->kind != devices::MediaKind::kLiveHls) {
    return BeginLoop();
  }
  is_at_end_ = true;
  Advance(now);
}

void MediaPlayout::HandleFailed(Pass pass, const Error& error, Timestamp now) {
  if (pass != pass_ || phase_ == Phase::kClosed) return;
  if (phase_ == Phase::kOpening) {
    phase_ = Phase::kClosed;
    return Enter(PlayState::kEnded, error, now);
  }
  failure_ = error;
  is_at_end_ = true;
  Advance(now);
}

void MediaPlayout::HandleSeekFailed(Pass pass, const Error& error, Timestamp now) {
  if (pass != pass_) return;
  if (is_sought_) {
    out_.emplace_back(PlaySession::Sought{PositionOf(place_), error});
    is_sought_ = false;
  }
  begins_anywhere_ = true;  // It goes on where reading is.
  Advance(now);
}

void MediaPlayout::HandlePicture(Timestamp now) {
  if (phase_ == Phase::kStanding) Run(now);
  Advance(now);
}

void MediaPlayout::HandleTimeout(Timestamp now) {
  Advance(now);
}

void MediaPlayout::Pause(Timestamp now) {
  if (is_paused_ || phase_ == Phase::kOver || phase_ == Phase::kClosed) return;
  is_paused_ = true;
  if (phase_ == Phase::kRunning) Stand(MediaNow(now), now);
  if (info_) Enter(PlayState::kPaused, std::nullopt, now);
  Advance(now);
}

void MediaPlayout::Resume(Timestamp now) {
  if (!is_paused_) return;
  is_paused_ = false;
  if (phase_ == Phase::kRunning) {
    SetLine({now + lead_, stands_at_, 1.0});
    Enter(PlayState::kPlaying, std::nullopt, now);
  }
  Advance(now);
}

void MediaPlayout::Seek(TimeDelta position, Timestamp now) {
  if (phase_ == Phase::kClosed) return;
  const bool is_live = info_ && info_->kind == devices::MediaKind::kLiveHls;
  if (!info_ || is_live) {
    const ErrorCode code = is_live ? ErrorCode::kUnsupported : ErrorCode::kInvalidState;
    out_.emplace_back(PlaySession::Sought{
        PositionOf(MediaNow(now)), Error{code, is_live ? "live media" : "it is not open yet"}});
    return;
  }
  position = std::max(position, TimeDelta::Zero());
  if (info_->duration) position = std::min(position, *info_->duration);
  is_sought_ = true;
  BeginPass(position, now);
}

void MediaPlayout::Stop(Timestamp now) {
  if (phase_ == Phase::kClosed) return;
  const bool is_told = phase_ == Phase::kOver;
  phase_ = Phase::kClosed;
  video_.frames.clear();
  audio_.frames.clear();
  bytes_ = 0;
  if (!is_told) Enter(PlayState::kEnded, std::nullopt, now);
}

std::optional<MediaPlayout::Event> MediaPlayout::Poll() {
  if (out_.empty()) return std::nullopt;
  Event event = std::move(out_.front());
  out_.pop_front();
  return event;
}

bool MediaPlayout::wants_more() const {
  if (!info_ || is_at_end_ || phase_ == Phase::kClosed) return false;
  if (bytes_ >= kMostBytes || video_.frames.size() + audio_.frames.size() >= kMostFrames) {
    return false;
  }
  const TimeDelta enough = info_->kind == devices::MediaKind::kFile ? kFileAhead : kHlsAhead;
  // A track that is silent for long, or ended, is not waited for.
  const auto is_short = [&](const Lane& lane, const Lane& other) {
    if (!lane.is_there) return false;
    return lane.frames.empty() ? SpanOf(other) < enough * 2 : SpanOf(lane) < enough;
  };
  return is_short(video_, audio_) || is_short(audio_, video_);
}

PlaySessionStats MediaPlayout::stats(Timestamp now) const {
  PlaySessionStats stats = stats_;
  if (stalled_since_) stats.stalled_for += now - *stalled_since_;
  const auto& frames = video_.is_there ? video_.frames : audio_.frames;
  if (!frames.empty()) {
    const MediaTime end = frames.back().frame.dts + Span(frames.back().frame);
    stats.buffered = std::max(end - MediaNow(now), TimeDelta::Zero());
  }
  return stats;
}

MediaPlace MediaPlayout::place(Timestamp now) const {
  if (!info_) return {};
  const bool is_live = info_->kind == devices::MediaKind::kLiveHls;
  return {PositionOf(MediaNow(now)), info_->duration, !is_live};
}

void MediaPlayout::Advance(Timestamp now) {
  wake_at_ = Timestamp::PlusInfinity();
  if (phase_ == Phase::kFilling) AdvanceFilling(now);
  if (phase_ == Phase::kStanding) AdvanceStanding(now);
  if (phase_ == Phase::kRunning) AdvanceRunning(now);
}

bool MediaPlayout::HasEnough() const {
  if (is_at_end_ || !wants_more()) return true;
  const bool is_file = info_->kind == devices::MediaKind::kFile;
  const TimeDelta wanted = is_file ? TimeDelta::Zero() : wants_place_ ? kHlsFirst : kHlsRefill;
  const auto has = [&](const Lane& lane) {
    if (!lane.is_there) return true;
    return !lane.frames.empty() && SpanOf(lane) >= wanted;
  };
  return has(video_) && has(audio_);
}

void MediaPlayout::AdvanceFilling(Timestamp now) {
  if (!HasEnough()) return;
  if (stalled_since_) stats_.stalled_for += now - *stalled_since_;
  stalled_since_.reset();
  if (!wants_place_) {
    phase_ = Phase::kRunning;
    if (is_paused_) return;
    SetLine({now + lead_, stands_at_, 1.0});
    return Enter(PlayState::kPlaying, std::nullopt, now);
  }
  Stand(place_, now);
  if (!video_.is_there || video_.frames.empty()) return Run(now);
  phase_ = Phase::kStanding;
  behind_place_ = 0;
  gives_up_at_ = now + kMostWait;
  next_try_ = now + kTryEach;
  out_.emplace_back(PlaySession::ShowFrom{place_ - kRounding});
}

// Sound waits: it would be decoded before it is known when it is heard.
void MediaPlayout::AdvanceStanding(Timestamp now) {
  int allowed = info_->reorder_depth + 2;
  while (now >= next_try_ && behind_place_ < kMostTries) {
    next_try_ += kTryEach;
    allowed = behind_place_ + 1;
  }
  while (!video_.frames.empty() && behind_place_ < allowed) {
    if (video_.frames.front().frame.pts >= place_ - kRounding) ++behind_place_;
    Release(video_, line_->AtOf(video_.frames.front().frame.pts));
  }
  if (is_at_end_ && video_.frames.empty() && !is_drained_) {
    is_drained_ = true;
    gives_up_at_ = std::min(gives_up_at_, now + kDrainWait);
    out_.emplace_back(PlaySession::Drain{});
  }
  if (now >= gives_up_at_) return Run(now);
  Wake(gives_up_at_);
  if (behind_place_ < kMostTries) Wake(next_try_);
}

void MediaPlayout::Run(Timestamp now) {
  phase_ = Phase::kRunning;
  wants_place_ = false;
  if (std::exchange(is_sought_, false)) {
    out_.emplace_back(PlaySession::Sought{PositionOf(place_), std::nullopt});
  }
  // Sound from before the place would only be thrown away.
  while (!audio_.frames.empty()) {
    const EncodedFrame& first = audio_.frames.front().frame;
    if (first.pts + Span(first) > place_) break;
    bytes_ -= static_cast<std::int64_t>(first.payload.size());
    audio_.frames.pop_front();
  }
  if (is_paused_) {
    if (stats_.state != PlayState::kPaused) Enter(PlayState::kPaused, std::nullopt, now);
    return;
  }
  SetLine({now + (audio_.is_there ? lead_ : TimeDelta::Zero()), place_, 1.0});
  Enter(PlayState::kPlaying, std::nullopt, now);
}

void MediaPlayout::AdvanceRunning(Timestamp now) {
  if (is_paused_) return;
  while (ReleaseDue(video_, kVideoAhead, now)) continue;
  while (ReleaseDue(audio_, kAudioAhead + lead_, now)) continue;
  if (!IsEmpty()) return;
  if (is_at_end_) {
    if (!std::exchange(is_drained_, true) && video_.is_there) {
      out_.emplace_back(PlaySession::Drain{});
    }
    const Timestamp end = line_->AtOf(std::max(read_end_, place_));
    if (now >= end) return Finish(now);
    return Wake(end);
  }
  const Timestamp dry = line_->AtOf(released_end_);
  if (now < dry) return Wake(dry);
  phase_ = Phase::kFilling;
  ++stats_.stalls;
  stalled_since_ = now;
  Stand(std::max(released_end_, place_), now);
  Enter(PlayState::kStalled, std::nullopt, now);
}

void MediaPlayout::Finish(Timestamp now) {
  if (repeat_ == Repeat::kForever && !failure_ && info_->kind != devices::MediaKind::kLiveHls) {
    return BeginPass(TimeDelta::Zero(), now);
  }
  phase_ = Phase::kOver;
  Stand(std::max(read_end_, place_), now);
  const Error over{ErrorCode::kStreamEnded, "the end of the file"};
  Enter(PlayState::kEnded, failure_.value_or(over), now);
}

void MediaPlayout::BeginPass(TimeDelta position, Timestamp now) {
  ++pass_;
  for (Lane* lane : {&audio_, &video_}) {
    for (Waiting& waiting : lane->frames) {
      if (waiting.tracks) tracks_due_ = std::move(waiting.tracks);
    }
    lane->frames.clear();
  }
  bytes_ = 0;
  loop_offset_ = offset_before_ = TimeDelta::Zero();
  place_ = MediaTime::Zero() + position;
  wants_place_ = true;
  begins_anywhere_ = has_frames_ = false;
  is_at_end_ = is_drained_ = false;
  failure_.reset();
  read_end_ = MediaTime::Zero();
  released_end_ = place_;
  if (stalled_since_) stats_.stalled_for += now - *stalled_since_;
  stalled_since_.reset();
  phase_ = Phase::kFilling;
  Stand(place_, now);
  out_.emplace_back(Play::FlushDecoders{});
  out_.emplace_back(ReadFrom{position, pass_});
}

// Behind what was read, on the same line: what waits plays on.
void MediaPlayout::BeginLoop() {
  ++pass_;
  has_frames_ = false;
  offset_before_ = loop_offset_;
  loop_offset_ = read_end_ - MediaTime::Zero();
  out_.emplace_back(ReadFrom{TimeDelta::Zero(), pass_});
}

void MediaPlayout::Release(Lane& lane, Timestamp render_at) {
  Waiting next = std::move(lane.frames.front());
  lane.frames.pop_front();
  bytes_ -= static_cast<std::int64_t>(next.frame.payload.size());
  released_end_ = std::max(released_end_, next.frame.pts + Span(next.frame));
  if (next.tracks) out_.emplace_back(Play::TracksChanged{std::move(*next.tracks)});
  out_.emplace_back(Play::DecodeFrame{std::move(next.frame), render_at});
}

bool MediaPlayout::ReleaseDue(Lane& lane, TimeDelta ahead, Timestamp now) {
  if (lane.frames.empty()) return false;
  const EncodedFrame& next = lane.frames.front().frame;
  const Timestamp at = line_->AtOf(next.dts) - ahead;
  if (at > now) {
    Wake(at);
    return false;
  }
  Release(lane, line_->AtOf(next.pts));
  return true;
}

void MediaPlayout::SetLine(const ClockMap& line) {
  is_standing_ = false;
  line_ = line;
  out_.emplace_back(Play::LineChanged{line});
}

void MediaPlayout::Stand(MediaTime at, Timestamp now) {
  is_standing_ = true;
  stands_at_ = at;
  line_ = ClockMap{now + kFarAhead, at, 1.0};
  out_.emplace_back(Play::LineChanged{*line_});
}

void MediaPlayout::Enter(PlayState state, std::optional<Error> error, Timestamp now) {
  stats_.state = state;
  if (state == PlayState::kEnded && stalled_since_) {
    stats_.stalled_for += now - *stalled_since_;
    stalled_since_.reset();
  }
  out_.emplace_back(Play::StateChanged{state, std::move(error)});
}

void MediaPlayout::Wake(Timestamp at) {
  wake_at_ = std::min(wake_at_, at);
}

MediaTime MediaPlayout::MediaNow(Timestamp now) const {
  if (is_standing_ || !line_) return stands_at_;
  return std::max(line_->MediaOf(now), stands_at_);
}

TimeDelta MediaPlayout::PositionOf(MediaTime media) const {
  TimeDelta position = media - MediaTime::Zero() - loop_offset_;
  if (position < TimeDelta::Zero()) position = media - MediaTime::Zero() - offset_before_;
  if (info_ && info_->duration) position = std::min(position, *info_->duration);
  return std::max(position, TimeDelta::Zero());
}

TimeDelta MediaPlayout::Span(const EncodedFrame& frame) {
  return frame.span.value_or(kUnknownSpan);
}

TimeDelta MediaPlayout::SpanOf(const Lane& lane) {
  if (lane.frames.empty()) return TimeDelta::Zero();
  return lane.frames.back().frame.dts - lane.frames.front().frame.dts;
}

}  // namespace onair
