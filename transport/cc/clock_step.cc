// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/clock_step.h"

#include <algorithm>

#include "transport/cc/reading.h"

namespace onair::cc {
namespace {

// A wait longer by that than the packet is old, or a way so much shorter, is no queue's work. As
// ServiceRate.
constexpr TimeDelta kStep = TimeDelta::Seconds(2);

}  // namespace

std::optional<ClockStep> FindClockStep(const FeedbackReport& report, TimeDelta base) {
  std::optional<ClockStep> found;
  for (std::size_t i = report.packets.size(); i-- > 0;) {
    const PacketFate& packet = report.packets[i];
    if (!IsCredible(packet) || !packet.arrived_at) continue;
    const TimeDelta delay = *packet.arrived_at - packet.sent_at;
    const TimeDelta wait = delay - base;
    const TimeDelta age = std::max(report.at - packet.sent_at, TimeDelta::Zero());
    if (wait <= age + kStep && wait >= TimeDelta::Zero() - kStep) break;
    // As far apart as the two clocks: another step between them.
    if (found && (delay - found->least > kStep || found->least - delay > kStep)) break;
    found = {i, found ? std::min(found->least, delay) : delay};
  }
  return found;
}

}  // namespace onair::cc
