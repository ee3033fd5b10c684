// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>

namespace onair {

struct PlayerConfig;

// Where servers have the stream of a WebRTC address as HTTP-FLV, by their habits; empty for other
// addresses, and for WHEP endpoints that do not name application and stream.
//
//   rts://host:port/app/stream, webrtc://..      http://host:port/app/stream.flv; port 8080 for
//                                                none and 1985, as SRS serves it
//   whep+http(s)://..?app=app&stream=stream      http(s)://host:port/app/stream.flv
//   artc://host/app/stream?auth_key=..           http://host/app/stream.flv?auth_key=..; webrtc://
//                                                of Tencent and Volcano the same
std::optional<std::string> FallbackUrlOf(const std::string& url);

// What a player of that configuration plays instead of `url` where that does not come; empty:
// nothing.
std::optional<std::string> FallbackOf(const PlayerConfig& config, const std::string& url);

}  // namespace onair
