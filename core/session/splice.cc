// SPDX-License-Identifier: Apache-2.0
#include "core/session/splice.h"

#include <algorithm>
#include <utility>

namespace onair::session {
namespace {

// One picture has one stamp in all streams of it. Positions are in whole milliseconds in some.
constexpr TimeDelta kSamePicture = TimeDelta::Millis(3);

// Stamps of different pictures tell an origin this well: a machine that is busy captures late, and
// positions do not show it. Source: ours; 200 ms were seen of a publisher on a loaded machine.
constexpr TimeDelta kSameOrigin = TimeDelta::Millis(300);

// Stamps kept of each stream: those of what is held, at 60 pictures a second.
constexpr std::size_t kMostStamps = 600;

// Without stamps, streams this near are taken for two of one clock: a rendition lies behind its
// source by what its encoder takes, a cached GOP by its length.
// Source: ours; streams of two publishers that began within the same time are cut by mistake.
constexpr TimeDelta kNear = TimeDelta::Seconds(10);

// A clean cut goes to a key frame with no more behind it than this: the rest would be delay.
// Source: ours; below what the speed control takes back in 5 s.
constexpr TimeDelta kFresh = TimeDelta::Millis(500);

// How long the second stream must have come for its lag to count, not its cached GOP's.
constexpr TimeDelta kFlowing = TimeDelta::Millis(500);

// Positions that run this much slower than what was captured are being squeezed.
// Source: ours; below what the edge lets leave faster on a line of 1.5 times the stream's rate.
constexpr double kCatchUp = 1.25;

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

// The most delay that a switch is worth.
constexpr TimeDelta kMostDelay = TimeDelta::Seconds(3);

// The present stream's next picture is this many intervals away at most, or there is a hole.
constexpr double kNextPicture = 1.25;

DataSize Cost(const EncodedFrame& frame) {
  return DataSize::Bytes(static_cast<std::int64_t>(frame.payload.size()) + 256);
}

TimeDelta Apart(MediaTime a, MediaTime b) {
  return a > b ? a - b : b - a;
}

// Whether all pictures in front of `key` came: the next one would be it, or it is here as well.
bool Covers(const PlayoutPosition& at, MediaTime key) {
  if (at.is_reordered) return at.video_decoding && *at.video_decoding >= key - at.same();
  return *at.video_arrived + at.video_interval.Scaled(kNextPicture) >= key;
}

void Keep(std::deque<Stamped>& stamps, const Stamped& stamp) {
  stamps.push_back(stamp);
  if (stamps.size() > kMostStamps) stamps.pop_front();
}

const Stamped* Find(const std::deque<Stamped>& stamps, const Stamped& wanted) {
  const auto it = std::ranges::find(stamps, wanted.captured, &Stamped::captured);
  return it == stamps.end() ? nullptr : &*it;
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
    newest_ = std::max(newest_.value_or(frame.pts), frame.pts);
    if (!began_at_) began_at_ = now;
  } else {
    newest_sound_ = std::max(newest_sound_.value_or(frame.dts), frame.dts);
  }
  size_ += Cost(frame);
  frames_.push_back(std::move(frame));
  KeepBounds();
}

void Splice::OnStamp(const Stamped& next) {
  Keep(next_stamps_, next);
  if (const auto* same = Find(present_stamps_, next)) exact_ = same->pts - next.pts;
}

void Splice::OnPresentStamp(const Stamped& present) {
  Keep(present_stamps_, present);
  if (const auto* same = Find(next_stamps_, present)) exact_ = present.pts - same->pts;
}

void Splice::OnPresentRestart() {
  present_stamps_.clear();
  exact_.reset();
  alignment_ = Alignment::kNone;
  shift_ = TimeDelta::Zero();
}

void Splice::OnLost() {
  while (!frames_.empty()) DropFront();
  awaits_key_ = true;
  newest_.reset();
  newest_sound_.reset();
  began_at_.reset();
  next_stamps_.clear();
  exact_.reset();
  alignment_ = Alignment::kNone;
}

SpliceDecision Splice::Decide(const PlayoutPosition& at, Present present, Timestamp now) {
  using Kind = SpliceDecision::Kind;
  const EncodedFrame* newest_key = LastKey([](const EncodedFrame&) { return true; });
  if (newest_key == nullptr) return DecideOnSound(at, now);
  if (!at.video_arrived) return Join(*newest_key, "nothing played yet");
  Align(at, present, now);
  if (alignment_ == Alignment::kByArrival) {
    const bool is_fresh = now - *began_at_ >= kFlowing && *newest_ - newest_key->pts <= kFresh;
    if (is_fresh || present == Present::kLost) {
      shift_ = *at.video_arrived + at.video_interval - newest_key->pts;
      return Join(*newest_key, "clean cut");
    }
  } else if (alignment_ != Alignment::kNone) {
    if (present == Present::kLost && IsCatchingUp(now)) return WaitFor(at, now);
    const MediaTime released = Released(at);
    const EncodedFrame* ahead = FirstKeyAfter(released);
    const bool has_joint = ahead != nullptr && Covers(at, OnLine(*ahead));
    if (has_joint && (present == Present::kLost || IsSoundInTime(at, now)))
      return Join(*ahead, "at a key frame");
    if (present == Present::kLost) {
      // Decoded from the key frame before, shown from where the other ended.
      const EncodedFrame* behind = LastKeyShown(released);
      const bool has_new = *newest_ + shift_ > released && !WasShown(*newest_);
      if (behind != nullptr && has_new) return Join(*behind, "within a GOP");
      if (ahead != nullptr && behind == nullptr) return Join(*ahead, "behind a gap");
    }
    DropPlayed(at);
  }
  if (now >= deadline_) return {Kind::kGiveUp, "not in time"};
  return WaitFor(at, now);
}

void Splice::SetShift(TimeDelta shift, TimeDelta same) {
  const bool is_same = shift <= same && shift >= TimeDelta::Zero() - same;
  alignment_ = is_same ? Alignment::kSameClock : Alignment::kStamps;
  shift_ = is_same ? TimeDelta::Zero() : shift;
}

// As well as two different pictures tell it.
std::optional<TimeDelta> Splice::ShiftByStamps() const {
  if (next_stamps_.empty() || present_stamps_.empty()) return std::nullopt;
  const Stamped& a = present_stamps_.back();
  const Stamped& b = next_stamps_.back();
  return (a.pts - b.pts) - (a.captured - b.captured);
}

// Its positions run slower than what was captured, so what comes later lies at another distance.
// One stamp does not tell.
bool Splice::IsCatchingUp(Timestamp now) const {
  if (next_stamps_.empty() || now - *began_at_ >= kFlowing) return false;
  if (next_stamps_.size() == 1) return true;
  const Stamped& a = *(next_stamps_.end() - 2);
  const Stamped& b = next_stamps_.back();
  if (b.pts <= a.pts) return false;  // In decoding order.
  return b.captured - a.captured > (b.pts - a.pts).Scaled(kCatchUp);
}

// Where positions cannot be compared nothing else can be waited for.
void Splice::Align(const PlayoutPosition& at, Present present, Timestamp now) {
  const std::optional<TimeDelta> by_stamps = ShiftByStamps();
  const bool is_aligned = alignment_ == Alignment::kSameClock || alignment_ == Alignment::kStamps;
  // Servers squeeze what they had in their cache to later positions: the newest counts, and a
  // picture of both, which may be an old one, only where those behind it agree.
  const std::optional<TimeDelta> known = exact_ || !is_aligned ? exact_ : std::optional(shift_);
  if (known && by_stamps && *by_stamps - *known > kSameOrigin)
    return SetShift(*by_stamps, kSameOrigin);
  if (exact_) return SetShift(*exact_, kSamePicture);
  if (is_aligned) return;
  // The other's next picture may be the one with this stamp, or have one at all.
  const bool may_tell = present == Present::kPlaying && now - *began_at_ < kFlowing;
  if (!next_stamps_.empty() && may_tell) return;
  if (by_stamps) return SetShift(*by_stamps, kSameOrigin);
  const bool is_near = Apart(*newest_, *at.video_arrived) <= kNear;
  alignment_ = is_near ? Alignment::kSameClock : Alignment::kByArrival;
  shift_ = TimeDelta::Zero();
}

SpliceDecision Splice::Join(const EncodedFrame& key, const char* reason) {
  joint_ = key.pts;
  return {SpliceDecision::Kind::kJoin, reason};
}

// The joint is no hole: what it brought last was not needed yet.
bool Splice::IsSoundInTime(const PlayoutPosition& at, Timestamp now) const {
  if (!newest_sound_ || !at.sound_arrived || !at.sound_needed) return true;
  return *newest_sound_ + shift_ >= *at.sound_needed || now - *began_at_ >= kSoundPatience;
}

// How much later the second stream's media come than the present one's are decoded.
SpliceDecision Splice::WaitFor(const PlayoutPosition& at, Timestamp now) {
  SpliceDecision wait{SpliceDecision::Kind::kWait, "for a key frame"};
  if (alignment_ == Alignment::kByArrival || now - *began_at_ < kFlowing) return wait;
  const TimeDelta behind = *at.video_arrived - (*newest_ + shift_);
  TimeDelta needed = at.video_ahead + behind + at.video_interval + kMargin;
  if (newest_sound_ && at.sound_arrived) {
    const TimeDelta sound_behind = *at.video_arrived - (*newest_sound_ + shift_);
    needed = std::max(needed, at.sound_ahead + sound_behind + kSoundMargin);
  }
  least_delay_ = std::max(least_delay_, std::min(needed, kMostDelay));
  wait.least_delay = least_delay_;
  wait.asks_for_key = AsksForKey(at, now);
  return wait;
}

// Only one that comes in time is of use. And only stamps tell a fresh one from what servers whose
// publisher has no ears answer with: their cached group once more.
bool Splice::AsksForKey(const PlayoutPosition& at, Timestamp now) {
  if (next_stamps_.empty() || present_stamps_.empty()) return false;
  if (asks_ == kMostAsks || now < std::max(ask_at_, *began_at_ + kOwnKey)) return false;
  const MediaTime released = Released(at);
  if (FirstKeyAfter(released) != nullptr || *newest_ + shift_ <= released) return false;
  ask_at_ = now + kAnswer * (std::int64_t{1} << asks_);
  ++asks_;
  return true;
}

// What is in the decoder, or one picture's length behind it.
MediaTime Splice::Released(const PlayoutPosition& at) const {
  return at.video_released.value_or(*at.video_arrived - kNear) + at.same();
}

// By its stamp, whatever its position says: servers squeeze those of what they had in their cache.
bool Splice::WasShown(MediaTime pts) const {
  if (present_stamps_.empty()) return false;
  const auto stamp = std::ranges::find(next_stamps_, pts, &Stamped::pts);
  return stamp != next_stamps_.end() && stamp->captured <= present_stamps_.back().captured;
}

// Streams without pictures go on wherever sound does.
SpliceDecision Splice::DecideOnSound(const PlayoutPosition& at, Timestamp now) {
  using Kind = SpliceDecision::Kind;
  const bool is_sound = tracks_.audio && !tracks_.video && !at.video_arrived && !frames_.empty();
  if (is_sound) {
    const MediaTime first = frames_.front().dts;
    const bool is_near = at.sound_arrived && Apart(first, *at.sound_arrived) <= kNear;
    if (at.sound_arrived && !is_near) shift_ = *at.sound_arrived + at.sound_interval - first;
    alignment_ = is_near ? Alignment::kSameClock : Alignment::kByArrival;
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
  return LastKey([&](const EncodedFrame& key) { return OnLine(key) <= on_line; });
}

const EncodedFrame* Splice::LastKeyShown(MediaTime released) const {
  return LastKey(
      [&](const EncodedFrame& key) { return OnLine(key) <= released || WasShown(key.pts); });
}

const EncodedFrame* Splice::FirstKeyAfter(MediaTime on_line) const {
  const auto it = std::ranges::find_if(frames_, [&](const EncodedFrame& f) {
    return f.is_key() && OnLine(f) > on_line && !WasShown(f.pts);
  });
  return it == frames_.end() ? nullptr : &*it;
}

// Pictures in front of the GOP that the present stream is in, and sound that it had, are over.
void Splice::DropPlayed(const PlayoutPosition& at) {
  const EncodedFrame* keep = at.video_released ? LastKeyUpTo(*at.video_released) : nullptr;
  const std::optional<MediaTime> from = keep == nullptr ? std::nullopt : std::optional(keep->dts);
  std::erase_if(frames_, [&](const EncodedFrame& frame) {
    const bool is_sound = frame.track() == TrackKind::kAudio;
    const bool is_over = is_sound ? at.sound_arrived && frame.dts + shift_ <= *at.sound_arrived
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
  media.joint.shift = shift_;
  if (joint_) media.joint.key = *joint_ + shift_;
  media.tracks = tracks_;
  bool has_begun = false;
  for (EncodedFrame& frame : frames_) {
    has_begun = has_begun || (frame.is_key() && frame.pts == joint_);
    const bool is_sound = frame.track() == TrackKind::kAudio;
    if (has_begun && !is_sound && WasShown(frame.pts)) {
      auto& until = media.joint.shown_until;
      until = std::max(until.value_or(OnLine(frame)), OnLine(frame));
    }
    if (has_begun || is_sound) media.frames.push_back(std::move(frame));
  }
  frames_.clear();
  size_ = DataSize::Zero();
  return media;
}

}  // namespace onair::session
