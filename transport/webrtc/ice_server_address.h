// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/result.h"
#include "transport/ice/turn_client.h"

namespace onair::webrtc {

enum class IceServerKind { kStun = 1, kTurn = 2 };

// What the address of a STUN or TURN server says (RFC 7064 and 7065). A plain value.
struct IceServerAddress {
  IceServerKind kind = IceServerKind::kStun;
  std::string host;  // A name or a literal address, IPv6 without brackets.
  std::uint16_t port = 0;
  ice::TurnTransport transport = ice::TurnTransport::kUdp;

  bool operator==(const IceServerAddress&) const = default;
};

// "stun:host", "turn:host:3478?transport=tcp", "turns:[2001:db8::1]". kInvalidUrl; kUnsupported for
// stuns.
Result<IceServerAddress> ParseIceServerAddress(std::string_view url);

}  // namespace onair::webrtc
