// SPDX-License-Identifier: Apache-2.0
#include "core/twin/holding_link.h"

#include <algorithm>
#include <utility>

namespace onair::twin {

void HoldingLink::HandlePacket(Packet packet, Timestamp now) {
  now_ = std::max(now_, now);
  ++stats_.taken;
  Take(std::move(packet), now_);
}

void HoldingLink::HandleTimeout(Timestamp now) {
  now_ = std::max(now_, now);
}

LinkOutput HoldingLink::Poll() {
  if (held_.empty()) return Idle{};
  if (held_.front().leaves > now_) return Idle{held_.front().leaves, timer_};
  Packet packet = std::move(held_.front().packet);
  held_.pop_front();
  ++stats_.passed;
  return packet;
}

void HoldingLink::Release(Packet packet, Timestamp leaves) {
  auto at = held_.end();
  while (at != held_.begin() && std::prev(at)->leaves > leaves) --at;
  held_.insert(at, {leaves, std::move(packet)});
}

}  // namespace onair::twin
