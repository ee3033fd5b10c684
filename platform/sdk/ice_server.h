// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

namespace onair {

// A server that helps WebRTC to a path, beside those that the signalling server tells of.
struct IceServer {
  // "stun:host[:port]", "turn:host[:port][?transport=tcp]" or "turns:host[:port]": TURN by TLS,
  // whose certificate TlsConfig judges.
  std::string url;
  std::string username = {};  // Of TURN; both secrets.
  std::string password = {};
};

}  // namespace onair
