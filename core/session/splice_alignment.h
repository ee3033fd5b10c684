// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <optional>

#include "core/media/media_time.h"
#include "core/session/joint.h"
#include "core/units/time.h"

namespace onair::session {

// A picture's position, and when it was captured by its stamp.
struct Stamped {
  MediaTime pts;
  UtcTime captured;
};

// How positions of two streams were compared.
enum class Alignment {
  kNone = 1,       // Not yet.
  kSameClock = 2,  // They have one origin.
  kStamps = 3,     // By when pictures were captured.
  kByArrival = 4,  // Not comparable: a clean cut, right behind what is there.
};

// Where the positions of a second stream stand on the line of the present one. Pure; single-owner.
// `now` does not decrease.
class SpliceAlignment {
 public:
  // Without stamps, streams this near are taken for two of one clock: a rendition lies behind its
  // source by what its encoder takes, a cached GOP by its length.
  // Source: ours; streams of two publishers that began within the same time are cut by mistake.
  static constexpr TimeDelta kNear = TimeDelta::Seconds(10);

  // A picture of the second stream, the furthest one at `newest`.
  void OnPicture(MediaTime newest, Timestamp now);
  void OnStamp(const Stamped& next);
  void OnPresentStamp(const Stamped& present);
  // The present stream's timestamps jumped: what was known of them does not hold.
  void OnPresentRestart();
  // The second stream's connection was lost.
  void OnLost();

  // Needs a picture of both. `is_playing`: the present stream's pictures still come.
  void Find(const PlayoutPosition& at, bool is_playing, Timestamp now);
  // Nothing compares: what stands at `position` goes to `on_line`.
  void CutAt(MediaTime position, MediaTime on_line);
  // Of streams without pictures: the second's sound begins at `first`.
  void FindOnSound(MediaTime first, const PlayoutPosition& at);

  Alignment alignment() const { return alignment_; }
  TimeDelta shift() const { return shift_; }
  // Of the second stream, which has a picture:
  Timestamp began_at() const { return *began_at_; }
  MediaTime newest() const { return *newest_; }
  // It has come long enough for its lag to count, not its cached GOP's.
  bool IsFlowing(Timestamp now) const;
  // Its positions run slower than what was captured, so what comes later lies elsewhere.
  bool IsCatchingUp(Timestamp now) const;
  // Its picture at `pts` was shown by the present one, by its stamp.
  bool WasShown(MediaTime pts) const;
  bool has_stamps() const { return !next_stamps_.empty() && !present_stamps_.empty(); }

 private:
  void Set(TimeDelta shift, TimeDelta same);
  std::optional<TimeDelta> ShiftByStamps() const;

  std::optional<MediaTime> newest_;
  std::optional<Timestamp> began_at_;
  std::deque<Stamped> next_stamps_;     // The newest last, bounded.
  std::deque<Stamped> present_stamps_;  // The same.
  std::optional<TimeDelta> exact_;      // From one picture's position in both.
  Alignment alignment_ = Alignment::kNone;
  TimeDelta shift_ = TimeDelta::Zero();
};

}  // namespace onair::session
