// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/machine/ip_address.h"
#include "transport/ice/retransmit.h"

namespace onair::ice {

// RFC 8656 section 12: "Channel numbers are in the range 0x4000 through 0x4FFF".
inline constexpr std::uint16_t kFirstChannel = 0x4000;
inline constexpr std::uint16_t kLastChannel = 0x4fff;

// RFC 8656 section 3.2: "default: 10 minutes".
inline constexpr std::uint32_t kLifetimeSeconds = 600;

// RFC 8656 section 9: permissions last 5 minutes; section 12: channels 10. Each is asked for
// again a minute before.
inline constexpr TimeDelta kPermissionRefresh = TimeDelta::Seconds(240);
inline constexpr TimeDelta kChannelRefresh = TimeDelta::Seconds(540);

// Whom a TURN server relays to for us, and how far that was agreed. A plain value.
struct TurnPeer {
  SocketAddress address;
  Retransmit permission = {};
  Timestamp permit_again_at = Timestamp::PlusInfinity();
  std::uint16_t channel = 0;  // 0: none wanted.
  bool is_bound = false;
  Retransmit binding = {};
  Timestamp bind_again_at = Timestamp::PlusInfinity();
  int refusals = 0;  // Stale nonces since the last success.
};

// A forgotten peer whose channel was asked for: the server may still relay its bytes by it and lets
// it have no other number (RFC 8656 section 12).
struct FormerPeer {
  SocketAddress address;
  std::uint16_t channel;
};

}  // namespace onair::ice
