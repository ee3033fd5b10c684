// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <utility>

#include "core/twin/shared_pipe.h"

namespace onair::twin {

// Both directions between a place and the world, shared by all flows that go that way. `up`
// leads from the client to the server. Single-owner; outlives what uses it.
class SharedNetwork {
 public:
  SharedNetwork(World& world, std::unique_ptr<Link> up, std::unique_ptr<Link> down)
      : SharedNetwork(std::make_shared<SharedPipe>(world, std::move(up)),
                      std::make_shared<SharedPipe>(world, std::move(down)), 1, world) {}
  // Pipes that other networks use too: that of clients at the far end has them the other way
  // round. Its flows have the numbers from `first_flow` on, which must not meet.
  SharedNetwork(std::shared_ptr<SharedPipe> up, std::shared_ptr<SharedPipe> down, FlowId first_flow,
                World& world)
      : world_(world), up_(std::move(up)), down_(std::move(down)), next_flow_(first_flow) {}

  World& world() { return world_; }
  SharedPipe& up() { return *up_; }
  SharedPipe& down() { return *down_; }
  // A number that no other flow of this network has.
  FlowId NewFlow() { return next_flow_++; }

 private:
  World& world_;
  std::shared_ptr<SharedPipe> up_;
  std::shared_ptr<SharedPipe> down_;
  FlowId next_flow_;
};

}  // namespace onair::twin
