// SPDX-License-Identifier: Apache-2.0
#include "core/playout/arrival_clock.h"

#include <algorithm>
#include <utility>

namespace onair::playout {
namespace {

// Source: libwebrtc NetEq, delay_manager.cc: one histogram entry per 500 ms, the largest
// relative delay in it (resample_interval_ms).
constexpr TimeDelta kSlotLength = TimeDelta::Millis(500);

}  // namespace

void ArrivalClock::OnArrival(TrackKind track, MediaTime dts, Timestamp at, TimeDelta lead) {
  const TimeDelta offset = (at - Timestamp::Zero()) - (dts - MediaTime::Zero());
  // The baseline is what was known before this arrival: a burst of old media, each frame
  // faster than the one before it, is no jitter.
  const TimeDelta baseline = before_restart_.value_or(fastest().value_or(offset));
  before_restart_.reset();
  if (!slot_began_ || at - *slot_began_ >= kSlotLength) OpenSlot(at);
  Slot& slot = slots_[current_];
  slot.fastest = std::min(slot.fastest, offset);
  const TimeDelta delay = std::max(offset - baseline, TimeDelta::Zero()) + lead;
  slot.delays.worst = std::max(slot.delays.worst, delay);
  if (track == TrackKind::kAudio) slot.delays.sound = std::max(slot.delays.sound, delay);
}

void ArrivalClock::Restart() {
  const auto before = fastest();
  slots_.fill(Slot{});
  slot_began_.reset();
  before_restart_ = before;
}

void ArrivalClock::Reset() {
  slots_.fill(Slot{});
  slot_began_.reset();
  before_restart_.reset();
  closed_.reset();
}

std::optional<TimeDelta> ArrivalClock::fastest() const {
  TimeDelta least = TimeDelta::PlusInfinity();
  for (const Slot& slot : slots_) least = std::min(least, slot.fastest);
  if (!least.is_finite()) return std::nullopt;
  return least;
}

std::optional<ArrivalClock::SlotDelays> ArrivalClock::TakeSlot() {
  return std::exchange(closed_, std::nullopt);
}

void ArrivalClock::OpenSlot(Timestamp at) {
  if (slot_began_) {
    closed_ = slots_[current_].delays;
    current_ = (current_ + 1) % kSlots;
  }
  slots_[current_] = Slot{};
  slot_began_ = at;
}

}  // namespace onair::playout
