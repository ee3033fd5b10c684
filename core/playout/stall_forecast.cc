// SPDX-License-Identifier: Apache-2.0
#include "core/playout/stall_forecast.h"

#include <algorithm>

namespace onair::playout {

void StallForecast::OnArrival(MediaTime dts, Timestamp at) {
  const TimeDelta offset = (at - Timestamp::Zero()) - (dts - MediaTime::Zero());
  if (!slot_began_ || at - *slot_began_ >= kSlot) {
    Judge();
    std::shift_left(slots_.begin(), slots_.end(), 1);
    slots_.back() = Slot{offset, at};
    slot_began_ = at;
  } else if (offset < slots_.back()->least) {
    slots_.back() = Slot{offset, at};
  }
  // What comes in time again ends it at once.
  if (slots_.front() && slots_.back()->least <= slots_.front()->least) shortfall_ = 0;
}

void StallForecast::Reset() {
  slots_.fill(std::nullopt);
  slot_began_.reset();
  shortfall_ = 0;
}

TimeDelta StallForecast::RunsDryIn(TimeDelta buffered) const {
  if (shortfall_ <= 0) return TimeDelta::PlusInfinity();
  return std::max(buffered, TimeDelta::Zero()).Scaled(1.0 / shortfall_);
}

// Each slot slower than the one before it.
void StallForecast::Judge() {
  shortfall_ = 0;
  for (std::size_t i = 0; i + 1 < kSlots; ++i) {
    if (!slots_[i] || slots_[i + 1]->least <= slots_[i]->least) return;
  }
  const TimeDelta lost = slots_.back()->least - slots_.front()->least;
  const double slope = lost.seconds_f() / (slots_.back()->at - slots_.front()->at).seconds_f();
  if (slope >= kLeast) shortfall_ = slope;
}

}  // namespace onair::playout
