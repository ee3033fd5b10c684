// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "core/twin/link.h"

namespace onair::twin {

// The queue in front of a bottleneck and its rule of dropping. Single-owner.
class PacketQueue {
 public:
  virtual ~PacketQueue() = default;

  virtual void Push(Packet packet, Timestamp now) = 0;
  // The next one to send; what the rule drops on the way is counted.
  virtual std::optional<Packet> Pop(Timestamp now) = 0;

  virtual DataSize size() const = 0;
  virtual std::int64_t dropped() const = 0;
  // Packets that carry "congestion experienced" because of this queue.
  virtual std::int64_t marked() const { return 0; }
};

}  // namespace onair::twin
