// SPDX-License-Identifier: Apache-2.0
#include "core/session/splice.h"

#include <algorithm>
#include <utility>

namespace onair::session {
namespace {

// A clean cut goes to a key frame with no more behind it than this: the rest would be delay.
// Source: ours; below what the speed control takes back in 5 s.
constexpr TimeDelta kFresh = TimeDelta::Millis(500);

// For threads and packets: a joint that is due sooner may come too late.
// Source: ours; three pictures at 60 a second, the wobble of loops on a busy machine.
constexpr TimeDelta kMargin = TimeDelta::Millis(50);

// Sound that comes this much before it is needed is in time.
// Source: ours; wobble of threads; what comes later yet is heard later by the audio device's line.
constexpr TimeDelta kSoundMargin = TimeDelta::Millis(20);

// For its sound a joint at which its pictures are in time waits until the second stream came for
// this long: pictures must not wait for ever for sound that never is.
// Source: ours; a line at 0.95 gives 250 ms meanwhile, two usual times between key frames more.
constexpr TimeDelta kSoundPatience = TimeDelta::Seconds(6);

// A second stream's own key frame is waited for this long, then its server is asked for one; again
// after twice as long each time.
// Source: ours; the usual time between key frames, whose streams no switch should cost one more,
// and a second for an answer over two lines of which one is lossy.
constexpr TimeDelta kOwnKey = TimeDelta::Seconds(2);
constexpr TimeDelta kAnswer = TimeDelta::Seconds(1);

// How far a second stream lies behind is the most of two such spans: what it was while it caught up
// with its cached group is forgotten. Source: ours; a second holds the jitter of an opening.
constexpr TimeDelta kLagSpan = TimeDelta::Seconds(1);

// The most delay that a switch is worth.
constexpr TimeDelta kMostDelay = TimeDelta::Seconds(3);

// The present stream's next picture is this many intervals away at most, or there is a hole.
constexpr double kNextPicture = 1.25;

DataSize Cost(const EncodedFrame& frame) {
  return DataSize::Bytes(static_cast<std::int64_t>(frame.payload.size()) + 256);
}

// Whether all pictures in front of `key` came: the next one would be it, or it is here as well.
bool Covers(const PlayoutPosition& at, MediaTime key) {
  if (at.is_reordered) return at.video_decoding && *at.video_decoding >= key - at.same();
  return *at.video_arrived + at.video_interval.Scaled(kNextPicture) >= key;
}

}  // namespace

Splice::Splice(const SpliceConfig& config, Timestamp now)
    : config_(config), deadline_(now + config.timeout) {}

void Splice::OnFrame(EncodedFrame frame, Timestamp now) {
  if (frame.track() == TrackKind::kVideo) {
    if (awaits_key_ && !frame.is_key()) {
      ++stats_.frames_dropped;
      return;
    }
    awaits_key_ = false;
    alignment_.OnPicture(frame.pts, now);
  } else {
    newest_sound_ = std::max(newest_sound_.value_or(frame.dts), frame.dts);
  }
  size_ += Cost(frame);
  frames_.push_back(std::move(frame));
  KeepBounds();
}

void Splice::OnLost() {
  while (!frames_.empty()) DropFront();
  awaits_key_ = true;
  newest_sound_.reset();
  alignment_.OnLost();
}

SpliceDecision Splice::Decide(const PlayoutPosition& at, Present present, Timestamp now) {
  using Kind = SpliceDecision::Kind;
  const EncodedFrame* newest_key = LastKey([](const EncodedFrame&) { return true; });
  if (newest_key == nullptr) return DecideOnSound(at, now);
  if (!at.video_arrived) return Join(*newest_key, "nothing played yet");
  alignment_.Find(at, present == Present::kPlaying, now);
  if (alignment() == Alignment::kByArrival) {
    const bool is_fresh =
        alignment_.IsFlowing(now) && alignment_.newest() - newest_key->pts <= kFresh;
    if (is_fresh || present == Present::kLost) {
      alignment_.CutAt(newest_key->pts, *at.video_arrived + at.video_interval);
      return Join(*newest_key, "clean cut");
    }
  } else if (alignment() != Alignment::kNone) {
    if (present == Present::kLost && alignment_.IsCatchingUp(now)) return WaitFor(at, now);
    const MediaTime released = Released(at);
    const EncodedFrame* ahead = FirstKeyAfter(released);
    const bool has_joint = ahead != nullptr && Covers(at, OnLine(ahead->pts));
    if (has_joint && (present == Present::kLost || IsSoundInTime(at, now)))
      return Join(*ahead, "at a key frame");
    if (present == Present::kLost) {
      // Decoded from the key frame before, shown from where the other ended.
      const EncodedFrame* behind = LastKeyShown(released);
      const MediaTime newest = alignment_.newest();
      const bool has_new = OnLine(newest) > released && !alignment_.WasShown(newest);
      if (behind != nullptr && has_new) return Join(*behind, "within a GOP");
      if (ahead != nullptr && behind == nullptr) return Join(*ahead, "behind a gap");
    }
    DropPlayed(at);
  }
  if (now >= deadline_) return {Kind::kGiveUp, "not in time"};
  return WaitFor(at, now);
}

SpliceDecision Splice::Join(const EncodedFrame& key, const char* reason) {
  joint_ = key.pts;
  return {SpliceDecision::Kind::kJoin, reason};
}

// The joint is no hole: what it brought last was not needed yet.
bool Splice::IsSoundInTime(const PlayoutPosition& at, Timestamp now) const {
  if (!newest_sound_ || !at.sound_arrived || !at.sound_needed) return true;
  const bool is_in_time = OnLine(*newest_sound_) >= *at.sound_needed;
  return is_in_time || now - alignment_.began_at() >= kSoundPatience;
}

// How much later the second stream's media come than the present one's are decoded.
SpliceDecision Splice::WaitFor(const PlayoutPosition& at, Timestamp now) {
  SpliceDecision wait{SpliceDecision::Kind::kWait, "for a key frame"};
  if (alignment() == Alignment::kByArrival || !alignment_.IsFlowing(now)) return wait;
  const TimeDelta behind = *at.video_arrived - OnLine(alignment_.newest());
  TimeDelta needed = at.video_ahead + behind + at.video_interval + kMargin;
  if (newest_sound_ && at.sound_arrived) {
    const TimeDelta sound_behind = *at.video_arrived - OnLine(*newest_sound_);
    needed = std::max(needed, at.sound_ahead + sound_behind + kSoundMargin);
  }
  if (now >= span_ends_at_) {
    needed_before_ = std::exchange(needed_, TimeDelta::Zero());
    span_ends_at_ = now + kLagSpan;
  }
  needed_ = std::max(needed_, std::min(needed, kMostDelay));
  wait.least_delay = std::max(needed_, needed_before_);
  wait.asks_for_key = AsksForKey(at, now);
  return wait;
}

// Only one that comes in time is of use. And only stamps tell a fresh one from what servers whose
// publisher has no ears answer with: their cached group once more.
bool Splice::AsksForKey(const PlayoutPosition& at, Timestamp now) {
  if (!alignment_.has_stamps()) return false;
  const Timestamp not_before = std::max(ask_at_, alignment_.began_at() + kOwnKey);
  if (asks_ == kMostAsks || now < not_before) return false;
  const MediaTime released = Released(at);
  if (FirstKeyAfter(released) != nullptr || OnLine(alignment_.newest()) <= released) return false;
  ask_at_ = now + kAnswer * (std::int64_t{1} << asks_);
  ++asks_;
  return true;
}

// What is in the decoder, or one picture's length behind it.
MediaTime Splice::Released(const PlayoutPosition& at) const {
  return at.video_released.value_or(*at.video_arrived - SpliceAlignment::kNear) + at.same();
}

// Streams without pictures go on wherever sound does.
SpliceDecision Splice::DecideOnSound(const PlayoutPosition& at, Timestamp now) {
  using Kind = SpliceDecision::Kind;
  const bool is_sound = tracks_.audio && !tracks_.video && !at.video_arrived && !frames_.empty();
  if (is_sound) {
    alignment_.FindOnSound(frames_.front().dts, at);
    return {Kind::kJoin, "sound alone"};
  }
  if (now < deadline_) return {Kind::kWait, "no key frame yet"};
  return {Kind::kGiveUp, "no media"};
}

template <typename Wanted>
const EncodedFrame* Splice::LastKey(const Wanted& wanted) const {
  for (auto it = frames_.rbegin(); it != frames_.rend(); ++it) {
    if (it->is_key() && wanted(*it)) return &*it;
  }
  return nullptr;
}

const EncodedFrame* Splice::LastKeyUpTo(MediaTime on_line) const {
  return LastKey([&](const EncodedFrame& key) { return OnLine(key.pts) <= on_line; });
}

const EncodedFrame* Splice::LastKeyShown(MediaTime released) const {
  return LastKey([&](const EncodedFrame& key) {
    return OnLine(key.pts) <= released || alignment_.WasShown(key.pts);
  });
}

const EncodedFrame* Splice::FirstKeyAfter(MediaTime on_line) const {
  const auto it = std::ranges::find_if(frames_, [&](const EncodedFrame& f) {
    return f.is_key() && OnLine(f.pts) > on_line && !alignment_.WasShown(f.pts);
  });
  return it == frames_.end() ? nullptr : &*it;
}

// Pictures in front of the GOP that the present stream is in, and sound that it had, are over.
void Splice::DropPlayed(const PlayoutPosition& at) {
  const EncodedFrame* keep = at.video_released ? LastKeyUpTo(*at.video_released) : nullptr;
  const std::optional<MediaTime> from = keep == nullptr ? std::nullopt : std::optional(keep->dts);
  std::erase_if(frames_, [&](const EncodedFrame& frame) {
    const bool is_sound = frame.track() == TrackKind::kAudio;
    const bool is_over = is_sound ? at.sound_arrived && OnLine(frame.dts) <= *at.sound_arrived
                                  : from && frame.dts < *from;
    if (is_over) size_ -= Cost(frame);
    return is_over;
  });
}

TimeDelta Splice::held_span() const {
  if (frames_.empty()) return TimeDelta::Zero();
  return frames_.back().dts - frames_.front().dts;
}

// The oldest goes, up to the next key frame.
void Splice::KeepBounds() {
  while (!frames_.empty() && (size_ > config_.held_size || held_span() > config_.held_span)) {
    DropToSecondKey();
  }
}

void Splice::DropToSecondKey() {
  const auto is_key = [](const EncodedFrame& frame) { return frame.is_key(); };
  const auto first = std::ranges::find_if(frames_, is_key);
  const bool has_second =
      first != frames_.end() && std::find_if(first + 1, frames_.end(), is_key) != frames_.end();
  do {
    DropFront();
    ++stats_.frames_dropped;
  } while (!frames_.empty() && !(has_second && frames_.front().is_key()));
  if (frames_.empty()) awaits_key_ = true;
}

void Splice::DropFront() {
  size_ -= Cost(frames_.front());
  frames_.pop_front();
}

HeldMedia Splice::Take() {
  HeldMedia media;
  media.joint.shift = alignment_.shift();
  if (joint_) media.joint.key = OnLine(*joint_);
  media.tracks = tracks_;
  bool has_begun = false;
  for (EncodedFrame& frame : frames_) {
    has_begun = has_begun || (frame.is_key() && frame.pts == joint_);
    const bool is_sound = frame.track() == TrackKind::kAudio;
    if (has_begun && !is_sound && alignment_.WasShown(frame.pts)) {
      auto& until = media.joint.shown_until;
      until = std::max(until.value_or(OnLine(frame.pts)), OnLine(frame.pts));
    }
    if (has_begun || is_sound) media.frames.push_back(std::move(frame));
  }
  frames_.clear();
  size_ = DataSize::Zero();
  return media;
}

}  // namespace onair::session
