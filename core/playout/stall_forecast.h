// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "core/media/media_time.h"

namespace onair::playout {

// Sees media come slower than it is played, before it runs out: the line carries less than the
// stream. Jitter and pauses, after which all comes at once, are not that. Pure.
class StallForecast {
 public:
  // `dts` came in at `at`, in order.
  void OnArrival(MediaTime dts, Timestamp at);
  // Nothing from before compares.
  void Reset();

  // Seconds of media by which what comes falls behind what is played, each second: 0.286 where a
  // second of media takes 1.4 s to come. Range [0, 1); 0: it comes in time.
  double shortfall() const { return shortfall_; }

  // When what lies buffered will have been played, if media goes on coming as slowly; infinity
  // where it comes in time. `buffered`: from what is shown now to the newest that came.
  TimeDelta RunsDryIn(TimeDelta buffered) const;

 private:
  // Source: ours; pauses of up to 300 ms must not look like it, and a line that halves must be
  // seen within a second.
  static constexpr TimeDelta kSlot = TimeDelta::Millis(250);
  static constexpr std::size_t kSlots = 4;
  static constexpr double kLeast = 0.10;

  void Judge();

  // Least delay of each slot, oldest first, and when it was measured.
  struct Slot {
    TimeDelta least;
    Timestamp at;
  };
  std::array<std::optional<Slot>, kSlots> slots_{};
  std::optional<Timestamp> slot_began_;
  double shortfall_ = 0;
};

}  // namespace onair::playout
