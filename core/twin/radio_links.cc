// SPDX-License-Identifier: Apache-2.0
#include "core/twin/radio_links.h"

#include <algorithm>
#include <utility>

#include "core/twin/chance.h"

namespace onair::twin {

void HarqLink::Take(Packet packet, Timestamp now) {
  int failures = 0;
  while (failures < config_.tries && Happens(config_.block_error, rng_)) ++failures;
  const Timestamp leaves = now + config_.round_trip * failures;
  // A packet that was given up has held the line as long as its tries took.
  if (failures == config_.tries) {
    last_leaves_ = std::max(last_leaves_, leaves - config_.round_trip);
    return Drop();
  }
  last_leaves_ = std::max(last_leaves_, leaves);
  Release(std::move(packet), last_leaves_);
}

void Aggregation::Take(Packet packet, Timestamp now) {
  if (now >= turn_) {
    turn_ = now + Wait();
    in_turn_ = 0;
  } else if (in_turn_ == config_.packets) {
    turn_ = turn_ + Wait();
    in_turn_ = 0;
  }
  ++in_turn_;
  Release(std::move(packet), turn_);
}

TimeDelta Aggregation::Wait() {
  return TimeDelta::Micros(Between(config_.shortest.us(), config_.longest.us(), rng_));
}

}  // namespace onair::twin
