// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>

#include "core/twin/link.h"
#include "core/twin/world.h"

namespace onair::twin {

// One direction between two hosts for datagrams: drives a link in a world. Single-owner;
// dies before its world.
class DatagramPipe {
 public:
  using OnPacket = std::function<void(const Packet& packet, Timestamp now)>;

  DatagramPipe(World& world, std::unique_ptr<Link> link, OnPacket on_packet);

  void Send(Bytes bytes);
  LinkStats stats() const { return link_->stats(); }

 private:
  void Pump();

  World& world_;
  std::unique_ptr<Link> link_;
  OnPacket on_packet_;
  Alarm wake_;
  std::uint64_t next_number_ = 0;
  bool is_pumping_ = false;
};

}  // namespace onair::twin
