// SPDX-License-Identifier: Apache-2.0
#include "core/twin/path_switch.h"

#include <algorithm>
#include <utility>

#include "core/machine/timer_table.h"

namespace onair::twin {

PathSwitch::PathSwitch(std::vector<std::unique_ptr<Link>> ways, std::vector<Step> steps,
                       Leaving leaving)
    : ways_(std::move(ways)), steps_(std::move(steps)), leaving_(leaving) {}

void PathSwitch::HandlePacket(Packet packet, Timestamp now) {
  now_ = std::max(now_, now);
  ++taken_;
  const std::size_t way = WayAt(now_);
  if (way >= ways_.size()) {
    ++lost_;
  } else {
    ways_[way]->HandlePacket(std::move(packet), now_);
  }
}

void PathSwitch::HandleTimeout(Timestamp now) {
  now_ = std::max(now_, now);
  for (const auto& way : ways_) way->HandleTimeout(now_);
}

LinkOutput PathSwitch::Poll() {
  const std::size_t present = WayAt(now_);
  Idle earliest;
  for (std::size_t i = 0; i < ways_.size();) {
    LinkOutput out = ways_[i]->Poll();
    if (const auto* idle = std::get_if<Idle>(&out)) {
      earliest = Earlier(earliest, *idle);
      ++i;
    } else if (i != present && leaving_ == Leaving::kBreak) {
      ++lost_;
    } else {
      ++passed_;
      return out;
    }
  }
  return earliest;
}

LinkStats PathSwitch::stats() const {
  LinkStats stats{taken_, passed_, lost_};
  for (const auto& way : ways_) {
    const LinkStats one = way->stats();
    stats.dropped += one.dropped;
    stats.doubled += one.doubled;
    stats.damaged += one.damaged;
  }
  return stats;
}

std::size_t PathSwitch::WayAt(Timestamp at) const {
  std::size_t way = 0;
  for (const Step& step : steps_) {
    if (step.at <= at) way = step.way;
  }
  return way;
}

}  // namespace onair::twin
