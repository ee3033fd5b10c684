// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "core/media/encoded_frame.h"

namespace onair::relay {

// Puts the frames of one publisher after the other on one line that never goes back, so that
// viewers do not notice a publisher's restart. The first publisher keeps his own times. A
// later one continues one frame after what was last; how long nobody published is left out,
// because a viewer without data stood still as long. Pure.
class Timeline {
 public:
  // The next frame begins a new publisher's times.
  void Restart() { is_restarted_ = true; }

  // Moves pts and dts onto the line. Per track dts never falls. Jumps of a publisher's own
  // clock (back more than kBackStep, or ahead of real time by more than kAheadStep) count as
  // a restart. `now` is the moment of arrival.
  void Place(EncodedFrame& frame, Timestamp now);

  // The greatest dts given so far.
  MediaTime head() const { return head_; }
  // Times the line was joined anew, the first publisher not counted.
  std::int64_t joins() const { return joins_; }

  // Source: ours; above any interleaving disorder, below what a viewer would sit out.
  static constexpr TimeDelta kBackStep = TimeDelta::Seconds(1);
  static constexpr TimeDelta kAheadStep = TimeDelta::Seconds(3);

 private:
  struct Track {
    std::optional<MediaTime> last_in;  // On the publisher's clock; empty after a join.
    std::optional<MediaTime> last_out;
    Timestamp last_at = Timestamp::MinusInfinity();
    TimeDelta step = TimeDelta::Millis(33);  // Between the last two frames.
  };
  bool IsJump(const Track& track, MediaTime in, Timestamp now) const;
  void Join(MediaTime in, TimeDelta step);

  std::array<Track, 2> tracks_;
  TimeDelta offset_ = TimeDelta::Zero();
  MediaTime head_ = MediaTime::Zero();
  bool has_begun_ = false;
  bool is_restarted_ = false;
  std::int64_t joins_ = 0;
};

}  // namespace onair::relay
