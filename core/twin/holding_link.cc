// SPDX-License-Identifier: Apache-2.0
#include "core/twin/holding_link.h"

#include <iterator>
#include <utility>

namespace onair::twin {

Packet HoldingLink::TakeFirst() {
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
