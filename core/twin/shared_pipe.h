// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <map>
#include <memory>

#include "core/twin/link.h"
#include "core/twin/world.h"

namespace onair::twin {

// One direction of a network that several flows share: what one sends makes the others wait.
// Chained by sending into the next from a listener. Single-owner; dies before its world.
class SharedPipe {
 public:
  using OnPacket = std::function<void(Packet packet, Timestamp now)>;
  // How much of a flow came and went, headers included.
  struct FlowStats {
    std::int64_t sent = 0;
    std::int64_t arrived = 0;
    DataSize bytes_sent = DataSize::Zero();
    DataSize bytes_arrived = DataSize::Zero();
  };

  SharedPipe(World& world, std::unique_ptr<Link> link);

  // Who hears `flow`. Without a listener its packets end here.
  void Listen(FlowId flow, OnPacket on_packet) { listeners_[flow] = std::move(on_packet); }
  void Forget(FlowId flow) { listeners_.erase(flow); }

  // Packet::flow tells whose it is; number and moment of sending are set where they are not.
  void Send(Packet packet);

  LinkStats stats() const { return link_->stats(); }
  FlowStats flow_stats(FlowId flow) const;

 private:
  void Pump();
  void Deliver(Packet packet);

  World& world_;
  std::unique_ptr<Link> link_;
  std::map<FlowId, OnPacket> listeners_;
  std::map<FlowId, FlowStats> stats_;
  Alarm wake_;
  std::uint64_t next_number_ = 1;
  bool is_pumping_ = false;
};

}  // namespace onair::twin
