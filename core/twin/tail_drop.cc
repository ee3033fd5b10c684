// SPDX-License-Identifier: Apache-2.0
#include "core/twin/tail_drop.h"

#include <utility>

namespace onair::twin {

void TailDrop::Push(Packet packet, Timestamp) {
  if (size_ + packet.size() > limit_) {
    ++dropped_;
    return;
  }
  size_ += packet.size();
  queue_.push_back(std::move(packet));
}

std::optional<Packet> TailDrop::Pop(Timestamp) {
  if (queue_.empty()) return std::nullopt;
  Packet packet = std::move(queue_.front());
  queue_.pop_front();
  size_ -= packet.size();
  return packet;
}

}  // namespace onair::twin
