// SPDX-License-Identifier: Apache-2.0
#include "core/twin/burst_loss.h"

#include <utility>

#include "core/twin/chance.h"

namespace onair::twin {

// In balance the chain is bad for g / (g + b) of the packets; a burst lasts 1 / b of them.
BurstLossConfig BurstLossConfig::Of(double share, double burst_packets) {
  BurstLossConfig config;
  config.bad_to_good = 1 / burst_packets;
  config.good_to_bad = config.bad_to_good * share / (1 - share);
  return config;
}

void BurstLoss::Take(Packet packet, Timestamp now) {
  is_bad_ = is_bad_ ? !Happens(config_.bad_to_good, rng_) : Happens(config_.good_to_bad, rng_);
  if (Happens(is_bad_ ? config_.loss_in_bad : config_.loss_in_good, rng_)) return Drop();
  Release(std::move(packet), now);
}

}  // namespace onair::twin
