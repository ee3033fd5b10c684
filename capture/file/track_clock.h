// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <optional>

#include "core/media/media_time.h"

namespace onair::capture {

// The times of one track within one pass of its file, made sound: missing ones follow from
// durations, none falls back, and one that leaps ahead by minutes is taken for damage. pure.
class TrackClock {
 public:
  // Source: ours; slide shows hold a picture for some ten seconds, a player that waits
  // longer looks dead.
  static constexpr TimeDelta kLongestGap = TimeDelta::Seconds(60);

  // The place of an item of `duration` (> 0) that the file puts at `pts`.
  MediaTime Place(std::optional<MediaTime> pts, TimeDelta duration) {
    MediaTime at = pts ? *pts + repair_ : end_.value_or(MediaTime::Zero());
    if (end_) {
      const bool is_back = at <= *last_;
      const bool is_far = at - *end_ > kLongestGap || *last_ - at > kLongestGap;
      if (is_far) repair_ += *end_ - at;
      if (is_back || is_far) at = is_far ? *end_ : *last_ + std::min(duration, kStep);
    }
    last_ = at;
    end_ = at + duration;
    return at;
  }
  // Where the last item is over; empty before the first.
  std::optional<MediaTime> end() const { return end_; }

 private:
  static constexpr TimeDelta kStep = TimeDelta::Millis(1);

  std::optional<MediaTime> last_;
  std::optional<MediaTime> end_;
  TimeDelta repair_ = TimeDelta::Zero();
};

}  // namespace onair::capture
