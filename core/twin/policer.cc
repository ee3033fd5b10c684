// SPDX-License-Identifier: Apache-2.0
#include "core/twin/policer.h"

#include <algorithm>
#include <utility>

namespace onair::twin {

void Policer::Take(Packet packet, Timestamp now) {
  if (filled_at_.is_finite()) {
    const Tokens added = static_cast<Tokens>(rate_.bps()) * (now - filled_at_).us();
    tokens_us_ = std::min(FullTokens(), tokens_us_ + added);
  }
  filled_at_ = now;
  if (Cost(packet.size()) > tokens_us_) return Drop();
  tokens_us_ -= Cost(packet.size());
  Release(std::move(packet), now);
}

}  // namespace onair::twin
