// SPDX-License-Identifier: Apache-2.0
#include "core/twin/random_loss.h"

#include <utility>

namespace onair::twin {

void RandomLoss::HandlePacket(Packet packet, Timestamp) {
  ++stats_.taken;
  if (rng_.Fraction() < share_) {
    ++stats_.dropped;
    return;
  }
  ready_.push_back(std::move(packet));
}

LinkOutput RandomLoss::Poll() {
  if (ready_.empty()) return Idle{};
  Packet packet = std::move(ready_.front());
  ready_.pop_front();
  ++stats_.passed;
  return packet;
}

}  // namespace onair::twin
