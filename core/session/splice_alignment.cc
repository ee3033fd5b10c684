// SPDX-License-Identifier: Apache-2.0
#include "core/session/splice_alignment.h"

#include <algorithm>

namespace onair::session {
namespace {

// One picture has one stamp in all streams of it. Positions are in whole milliseconds in some.
constexpr TimeDelta kSamePicture = TimeDelta::Millis(3);

// Stamps of different pictures tell an origin this well: a machine that is busy captures late, and
// positions do not show it. Source: ours; 200 ms were seen of a publisher on a loaded machine.
constexpr TimeDelta kSameOrigin = TimeDelta::Millis(300);

// Stamps kept of each stream: those of what is held, at 60 pictures a second.
constexpr std::size_t kMostStamps = 600;

// The second stream's lag counts from here on.
constexpr TimeDelta kFlowing = TimeDelta::Millis(500);

// Positions that run this much slower than what was captured are being squeezed.
// Source: ours; below what the edge lets leave faster on a line of 1.5 times the stream's rate.
constexpr double kCatchUp = 1.25;

TimeDelta Apart(MediaTime a, MediaTime b) {
  return a > b ? a - b : b - a;
}

void Keep(std::deque<Stamped>& stamps, const Stamped& stamp) {
  stamps.push_back(stamp);
  if (stamps.size() > kMostStamps) stamps.pop_front();
}

const Stamped* Find(const std::deque<Stamped>& stamps, const Stamped& wanted) {
  const auto it = std::ranges::find(stamps, wanted.captured, &Stamped::captured);
  return it == stamps.end() ? nullptr : &*it;
}

TimeDelta OriginOf(const Stamped& stamp) {
  return (stamp.captured - UtcTime::Micros(0)) - (stamp.pts - MediaTime::Zero());
}

// Of the last two, the one less late: one alone may be a hold-up of the publisher's.
TimeDelta Origin(const std::deque<Stamped>& stamps) {
  const TimeDelta last = OriginOf(stamps.back());
  return stamps.size() == 1 ? last : std::min(last, OriginOf(*(stamps.end() - 2)));
}

}  // namespace

void SpliceAlignment::OnPicture(MediaTime newest, Timestamp now) {
  newest_ = std::max(newest_.value_or(newest), newest);
  if (!began_at_) began_at_ = now;
}

void SpliceAlignment::OnStamp(const Stamped& next) {
  Keep(next_stamps_, next);
  if (const auto* same = session::Find(present_stamps_, next)) exact_ = same->pts - next.pts;
}

void SpliceAlignment::OnPresentStamp(const Stamped& present) {
  Keep(present_stamps_, present);
  if (const auto* same = session::Find(next_stamps_, present)) exact_ = present.pts - same->pts;
}

void SpliceAlignment::OnPresentRestart() {
  present_stamps_.clear();
  exact_.reset();
  alignment_ = Alignment::kNone;
  shift_ = TimeDelta::Zero();
}

void SpliceAlignment::OnLost() {
  newest_.reset();
  began_at_.reset();
  next_stamps_.clear();
  exact_.reset();
  alignment_ = Alignment::kNone;
}

bool SpliceAlignment::IsFlowing(Timestamp now) const {
  return now - *began_at_ >= kFlowing;
}

void SpliceAlignment::FindOnSound(MediaTime first, const PlayoutPosition& at) {
  const bool is_near = at.sound_arrived && Apart(first, *at.sound_arrived) <= kNear;
  if (is_near) {
    alignment_ = Alignment::kSameClock;
  } else {
    CutAt(first, at.sound_arrived ? *at.sound_arrived + at.sound_interval : first);
  }
}

void SpliceAlignment::CutAt(MediaTime position, MediaTime on_line) {
  alignment_ = Alignment::kByArrival;
  shift_ = on_line - position;
}

void SpliceAlignment::Set(TimeDelta shift, TimeDelta same) {
  const bool is_same = shift <= same && shift >= TimeDelta::Zero() - same;
  alignment_ = is_same ? Alignment::kSameClock : Alignment::kStamps;
  shift_ = is_same ? TimeDelta::Zero() : shift;
}

// As well as different pictures tell it.
std::optional<TimeDelta> SpliceAlignment::ShiftByStamps() const {
  if (!has_stamps()) return std::nullopt;
  return Origin(next_stamps_) - Origin(present_stamps_);
}

// One stamp does not tell.
bool SpliceAlignment::IsCatchingUp(Timestamp now) const {
  if (next_stamps_.empty() || IsFlowing(now)) return false;
  if (next_stamps_.size() == 1) return true;
  const Stamped& a = *(next_stamps_.end() - 2);
  const Stamped& b = next_stamps_.back();
  if (b.pts <= a.pts) return false;  // In decoding order.
  return b.captured - a.captured > (b.pts - a.pts).Scaled(kCatchUp);
}

// Where positions cannot be compared nothing else can be waited for.
void SpliceAlignment::Find(const PlayoutPosition& at, bool is_playing, Timestamp now) {
  const std::optional<TimeDelta> by_stamps = ShiftByStamps();
  const bool is_aligned = alignment_ == Alignment::kSameClock || alignment_ == Alignment::kStamps;
  // Servers squeeze what they had in their cache to later positions: the newest counts, and a
  // picture of both, which may be an old one, only where those behind it agree.
  const std::optional<TimeDelta> known = exact_ || !is_aligned ? exact_ : std::optional(shift_);
  if (known && by_stamps && *by_stamps - *known > kSameOrigin) return Set(*by_stamps, kSameOrigin);
  if (exact_) return Set(*exact_, kSamePicture);
  if (is_aligned) return;
  // The other's next picture may be the one with this stamp, or have one at all.
  if (!next_stamps_.empty() && is_playing && !IsFlowing(now)) return;
  if (by_stamps) return Set(*by_stamps, kSameOrigin);
  const bool is_near = Apart(*newest_, *at.video_arrived) <= kNear;
  alignment_ = is_near ? Alignment::kSameClock : Alignment::kByArrival;
  shift_ = TimeDelta::Zero();
}

// Whatever its position says: servers squeeze those of what they had in their cache.
bool SpliceAlignment::WasShown(MediaTime pts) const {
  if (present_stamps_.empty()) return false;
  const auto stamp = std::ranges::find(next_stamps_, pts, &Stamped::pts);
  return stamp != next_stamps_.end() && stamp->captured <= present_stamps_.back().captured;
}

}  // namespace onair::session
