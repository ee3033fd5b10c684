// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/ice_server_address.h"

#include <catch2/catch.hpp>

#include "tests/support/print_units.h"

namespace onair::webrtc {
namespace {

using ice::TurnTransport;

TEST_CASE("Addresses of STUN and TURN servers say how to reach them") {
  const auto is = [](std::string_view url, const IceServerAddress& expected) {
    INFO(url);
    const auto parsed = ParseIceServerAddress(url);
    REQUIRE(parsed);
    CHECK(*parsed == expected);
  };
  const auto kStun = IceServerKind::kStun;
  const auto kTurn = IceServerKind::kTurn;
  is("stun:stun.example", {kStun, "stun.example", 3478, TurnTransport::kUdp});
  is("STUN:192.0.2.9:19302", {kStun, "192.0.2.9", 19302, TurnTransport::kUdp});
  is("turn:turn.example?transport=udp", {kTurn, "turn.example", 3478, TurnTransport::kUdp});
  is("turn:turn.example:80?transport=tcp", {kTurn, "turn.example", 80, TurnTransport::kTcp});
  is("turns:turn.example", {kTurn, "turn.example", 5349, TurnTransport::kTls});
  is("turns:turn.example:443?transport=tcp", {kTurn, "turn.example", 443, TurnTransport::kTls});
  is("turn:[2001:db8::1]:3479", {kTurn, "2001:db8::1", 3479, TurnTransport::kUdp});
  is("stun:[2001:db8::1]", {kStun, "2001:db8::1", 3478, TurnTransport::kUdp});
}

TEST_CASE("Addresses that lead nowhere are refused") {
  for (const char* url : {"", "stun", "stun:", "turn:?transport=udp", "http://stun.example",
                          "turn:host:0", "turn:host:65536", "turn:host:x", "turn:[2001:db8::1",
                          "turn:[]", "turn:[::1]x", "turn:host?transport=sctp", "stun::3478"}) {
    INFO(url);
    const auto parsed = ParseIceServerAddress(url);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code == ErrorCode::kInvalidUrl);
  }
  CHECK(ParseIceServerAddress("stuns:host").error().code == ErrorCode::kUnsupported);
  CHECK(ParseIceServerAddress("turns:host?transport=udp").error().code == ErrorCode::kUnsupported);
  CHECK_FALSE(ParseIceServerAddress("stun:" + std::string(256, 'a')));
}

}  // namespace
}  // namespace onair::webrtc
