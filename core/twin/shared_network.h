// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "core/twin/shared_pipe.h"

namespace onair::twin {

// Both directions between a place and the world, shared by all flows that go that way. `up`
// leads from the client to the server. Single-owner; outlives what uses it.
class SharedNetwork {
 public:
  SharedNetwork(World& world, std::unique_ptr<Link> up, std::unique_ptr<Link> down)
      : world_(world), up_(world, std::move(up)), down_(world, std::move(down)) {}

  World& world() { return world_; }
  SharedPipe& up() { return up_; }
  SharedPipe& down() { return down_; }
  // A number that no other flow of this network has.
  FlowId NewFlow() { return next_flow_++; }

 private:
  World& world_;
  SharedPipe up_;
  SharedPipe down_;
  FlowId next_flow_ = 1;
};

}  // namespace onair::twin
