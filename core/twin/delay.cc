// SPDX-License-Identifier: Apache-2.0
#include "core/twin/delay.h"

#include <algorithm>
#include <utility>

namespace onair::twin {

void Delay::HandlePacket(Packet packet, Timestamp now) {
  now_ = std::max(now_, now);
  ++stats_.taken;
  held_.push_back({now_ + delay_, std::move(packet)});
}

void Delay::HandleTimeout(Timestamp now) {
  now_ = std::max(now_, now);
}

LinkOutput Delay::Poll() {
  if (held_.empty()) return Idle{};
  if (held_.front().leaves > now_) return Idle{held_.front().leaves, "delay"};
  Packet packet = std::move(held_.front().packet);
  held_.pop_front();
  ++stats_.passed;
  return packet;
}

}  // namespace onair::twin
