// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/ice_server_address.h"

#include <optional>

#include "transport/webrtc/text.h"

namespace onair::webrtc {
namespace {

// RFC 7064 section 3.2, RFC 7065 section 3.2.
constexpr std::uint16_t kPlainPort = 3478;
constexpr std::uint16_t kTlsPort = 5349;
constexpr std::size_t kMaxHost = 255;  // RFC 1035 section 2.3.4.

tl::unexpected<Error> Bad(std::string_view what) {
  return Fail(ErrorCode::kInvalidUrl, "the ICE server's " + std::string(what));
}

struct HostPort {
  std::string_view host;
  std::optional<std::string_view> port;
};

HostPort SplitHost(std::string_view text) {
  const bool is_bracketed = text.starts_with('[');
  const auto end = is_bracketed ? text.find(']') : text.find(':');
  if (end == std::string_view::npos) return {is_bracketed ? "" : text, std::nullopt};
  const std::string_view rest = text.substr(end + (is_bracketed ? 1 : 0));
  const std::string_view host = is_bracketed ? text.substr(1, end - 1) : text.substr(0, end);
  if (rest.empty()) return {host, std::nullopt};
  if (!rest.starts_with(':')) return {"", std::nullopt};
  return {host, rest.substr(1)};
}

}  // namespace

Result<IceServerAddress> ParseIceServerAddress(std::string_view url) {
  const auto [scheme, rest] = SplitAt(url, ':');
  IceServerAddress out;
  const bool is_turns = EqualsIgnoringCase(scheme, "turns");
  if (EqualsIgnoringCase(scheme, "stuns")) return Fail(ErrorCode::kUnsupported, "STUN over TLS");
  if (is_turns || EqualsIgnoringCase(scheme, "turn")) {
    out.kind = IceServerKind::kTurn;
  } else if (!EqualsIgnoringCase(scheme, "stun")) {
    return Bad("scheme");
  }
  const auto [place, query] = SplitAt(rest, '?');
  const HostPort parts = SplitHost(place);
  if (parts.host.empty() || parts.host.size() > kMaxHost) return Bad("host");
  out.host = std::string(parts.host);
  const auto port = parts.port ? ParseNumber<std::uint16_t>(*parts.port)
                               : std::optional(is_turns ? kTlsPort : kPlainPort);
  if (!port || *port == 0) return Bad("port");
  out.port = *port;
  if (is_turns) out.transport = ice::TurnTransport::kTls;
  if (query == "transport=tcp") {
    if (!is_turns) out.transport = ice::TurnTransport::kTcp;
  } else if (!query.empty() && query != "transport=udp") {
    return Bad("transport");
  } else if (is_turns && !query.empty()) {
    return Fail(ErrorCode::kUnsupported, "TURN over DTLS");
  }
  return out;
}

}  // namespace onair::webrtc
