// SPDX-License-Identifier: Apache-2.0
#include "core/twin/rate_schedule.h"

#include <algorithm>

namespace onair::twin {
namespace {

// Bits times 1e6, so that rate (bit/s) times time (us) is exact in integers.
__extension__ using Work = __int128;
constexpr Work kPerByte = 8 * 1'000'000;

// Microseconds, rounded up; `rate` > 0.
Work TimeFor(Work left, DataRate rate) {
  if (rate.bps() == units_internal::kMax) return 0;  // Unlimited().
  return (left + rate.bps() - 1) / rate.bps();
}

}  // namespace

RateSchedule& RateSchedule::Change(Timestamp at, DataRate rate) {
  while (steps_.size() > 1 && steps_.back().from >= at) steps_.pop_back();
  steps_.push_back({at, rate});
  return *this;
}

RateSchedule& RateSchedule::Outage(Timestamp at, TimeDelta length) {
  const DataRate before = At(at);
  Change(at, DataRate::Zero());
  return Change(at + length, before);
}

DataRate RateSchedule::At(Timestamp at) const {
  return steps_[IndexAt(at)].rate;
}

Timestamp RateSchedule::FinishOf(DataSize size, Timestamp begin) const {
  Work left = static_cast<Work>(size.bytes()) * kPerByte;
  for (std::size_t i = IndexAt(begin); left > 0; ++i) {
    const Work rate = steps_[i].rate.bps();
    const bool is_last = i + 1 == steps_.size();
    if (is_last && rate <= 0) return Timestamp::PlusInfinity();
    const Work needed = rate > 0 ? TimeFor(left, steps_[i].rate) : 0;
    if (is_last) return begin + TimeDelta::Micros(static_cast<std::int64_t>(needed));
    const Work span = (steps_[i + 1].from - begin).us();
    if (rate > 0 && needed <= span) {
      return begin + TimeDelta::Micros(static_cast<std::int64_t>(needed));
    }
    left -= rate * span;
    begin = steps_[i + 1].from;
  }
  return begin;
}

std::size_t RateSchedule::IndexAt(Timestamp at) const {
  const auto after = std::upper_bound(steps_.begin(), steps_.end(), at,
                                      [](Timestamp t, const Step& step) { return t < step.from; });
  return after == steps_.begin() ? 0 : static_cast<std::size_t>(after - steps_.begin()) - 1;
}

}  // namespace onair::twin
