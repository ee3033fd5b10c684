// SPDX-License-Identifier: Apache-2.0
#include "core/twin/jitter.h"

#include <algorithm>
#include <utility>

#include "core/twin/chance.h"

namespace onair::twin {

void Jitter::Take(Packet packet, Timestamp now) {
  const double z = Gaussian(rng_);
  const TimeDelta extra = config_.deviation.Scaled(std::min(z < 0 ? -z : z, config_.bound));
  const Timestamp leaves = std::max(now + extra, earliest_);
  earliest_ = leaves + packet.size() / config_.rate;
  Release(std::move(packet), leaves);
}

}  // namespace onair::twin
