// SPDX-License-Identifier: Apache-2.0
//
// Where the agents of tests stand, and the servers that they know.
#pragma once

#include "tests/transport/ice/ice_peers.h"

namespace onair::ice::testing {

inline const SocketAddress kOpenA = At("198.51.100.1:5000");
inline const SocketAddress kOpenB = At("198.51.100.2:6000");
inline const SocketAddress kHomeA = At("10.0.1.2:5000");
inline const SocketAddress kHomeB = At("10.0.2.2:6000");
inline const IpAddress kRouterA = *IpAddress::Parse("203.0.113.1");
inline const IpAddress kRouterB = *IpAddress::Parse("203.0.113.2");

inline AgentConfig WithServers(char name, Role role) {
  AgentConfig config = MakeConfig(name, role);
  config.stun_servers = {At("192.0.2.9:3478")};
  config.turn_servers = {{At("192.0.2.9:3478"), TurnTransport::kUdp, "user", "secret"}};
  return config;
}

}  // namespace onair::ice::testing
