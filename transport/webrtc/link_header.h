// SPDX-License-Identifier: Apache-2.0
//
// Link fields (RFC 8288) as WHIP and WHEP use them: STUN and TURN servers (RFC 9725).
//   Link: <turn:turn.example:3478?transport=udp>; rel="ice-server"; username="u"; credential="c";
//         credential-type="password"
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "transport/http/headers.h"

namespace onair::webrtc {

// Servers of one answer that are kept. Source: ours; more would only be asked in vain.
inline constexpr std::size_t kMaxIceServers = 8;

struct IceServer {
  std::string url;       // "stun:host:port", "turn:host?transport=tcp", "turns:host".
  std::string username;  // With TURN; secrets.
  std::string credential;

  bool operator==(const IceServer&) const = default;
};

// Of all Link fields with rel="ice-server" and a stun, stuns, turn or turns address. Others, and
// what cannot be understood, are passed over.
std::vector<IceServer> IceServersIn(const http::Headers& headers);

// The value of a Link field. Quotes and backslashes inside are escaped.
std::string PrintIceServer(const IceServer& server);

}  // namespace onair::webrtc
