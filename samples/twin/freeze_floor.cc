// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/freeze_floor.h"

#include <algorithm>

#include "samples/twin/push_meters.h"

namespace onair::samples {

double UnavoidableFreezePercent(const CapacityLine& line, DataRate least, TimeDelta one_way,
                                TimeDelta playout_delay, TimeDelta duration) {
  constexpr TimeDelta kPicture = TimeDelta::Micros(33'333);
  const DataSize size = least * kPicture;
  FreezeMeter meter(playout_delay);
  Timestamp free_at = Timestamp::Zero();  // The line has sent what came before.
  Timestamp captured = Timestamp::Zero();
  const Timestamp end = Timestamp::Zero() + duration;
  for (; captured < end; captured += kPicture) {
    const Timestamp sent = line.FinishOf(size, std::max(captured, free_at));
    // Late by less than a gap that nobody sees is in time.
    if (sent + one_way > captured + playout_delay + FreezeMeter::kLongestGap) continue;
    free_at = sent;
    meter.Take(captured, sent + one_way);
  }
  meter.Finish(captured, end);
  return meter.watched() > TimeDelta::Zero() ? meter.percent() : 100;
}

std::optional<double> UnavoidableFreezePercent(const PushCase& push_case,
                                               const PushRates& otherwise,
                                               TimeDelta playout_delay) {
  if (push_case.flows.size() != 1 || push_case.forward.size() != 1 || !push_case.cross.empty()) {
    return std::nullopt;
  }
  const PushRates rates = push_case.rates.value_or(otherwise);
  return UnavoidableFreezePercent(CapacityLine(*push_case.forward.front().capacity),
                                  rates.least + rates.audio, push_case.flows.front().one_way,
                                  playout_delay, push_case.duration);
}

}  // namespace onair::samples
