// SPDX-License-Identifier: Apache-2.0
//
// Compares when media arrives with where it stands on the media line. The fastest arrival of
// the last seconds is what the network can do; everything slower is jitter.
#pragma once

#include <array>
#include <cstddef>
#include <optional>

#include "core/media/encoded_frame.h"
#include "core/media/media_time.h"

namespace onair::playout {

// Pure. One per stream; audio and video share it because they share the media line.
class ArrivalClock {
 public:
  // A frame at `dts` came in at `at`. `lead`: how much earlier than due its track must be
  // there (an audio device's buffer); it counts as delay.
  void OnArrival(TrackKind track, MediaTime dts, Timestamp at, TimeDelta lead);

  // After a stall: the fastest path is measured afresh, and the next arrival still counts as
  // late against the old one.
  void Restart();
  // After a jump of the timestamps: nothing from before compares.
  void Reset();

  // Driver time minus media position of the fastest arrival in the window; empty before the
  // first arrival.
  std::optional<TimeDelta> fastest() const;

  // The worst delays behind the fastest path in a slot of 500 ms.
  struct SlotDelays {
    TimeDelta worst = TimeDelta::Zero();  // Of both tracks.
    TimeDelta sound = TimeDelta::Zero();
  };
  // Once per slot.
  [[nodiscard]] std::optional<SlotDelays> TakeSlot();

 private:
  // Source: ours; the window holds the fastest of two seconds, as mobile schedulers and
  // servers that merge writes bunch media over up to half a second.
  static constexpr std::size_t kSlots = 4;
  struct Slot {
    TimeDelta fastest = TimeDelta::PlusInfinity();
    SlotDelays delays;
  };

  void OpenSlot(Timestamp at);

  // Slots follow arrivals, not the clock: a stall closes one slot and forgets nothing.
  std::array<Slot, kSlots> slots_{};
  std::size_t current_ = 0;
  std::optional<Timestamp> slot_began_;
  std::optional<TimeDelta> before_restart_;
  std::optional<SlotDelays> closed_;
};

}  // namespace onair::playout
