// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/fallback_url.h"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

#include "core/base/url.h"
#include "platform/sdk/player.h"
#include "transport/webrtc/rts_url.h"

namespace onair {
namespace {

constexpr std::uint16_t kSrsApiPort = 1985;  // Source: SRS, `http_api { listen 1985; }`.
constexpr std::uint16_t kSrsFlvPort = 8080;  // Source: SRS, `http_server { listen 8080; }`.

// The value of a parameter; empty where there is none.
std::string_view Parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view part = query.substr(0, end);
    if (part.starts_with(name) && part.substr(name.size()).starts_with('=')) {
      return part.substr(name.size() + 1);
    }
    query.remove_prefix(std::min(end + 1, query.size()));
  }
  return {};
}

std::string Flv(std::string_view scheme, std::string_view authority, std::string_view path,
                std::string_view query) {
  std::string out = std::string(scheme) + "://" + std::string(authority) + std::string(path);
  out += ".flv";
  if (!query.empty()) out += "?" + std::string(query);
  return out;
}

// All but the parameters that name application, stream and security: such as a token.
std::string RestOf(std::string_view query) {
  std::string rest;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view part = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    const std::string_view name = part.substr(0, part.find('='));
    if (name.empty() || name == "app" || name == "stream" || name == "schema") continue;
    if (!rest.empty()) rest += '&';
    rest += part;
  }
  return rest;
}

// An interface that names application and stream in its query.
std::optional<std::string> OfApi(Url api) {
  const auto app = Parameter(api.query, "app");
  const auto stream = Parameter(api.query, "stream");
  if (app.empty() || stream.empty()) return std::nullopt;
  const std::string path = "/" + std::string(app) + "/" + std::string(stream);
  if (api.scheme == "http" && api.port.value_or(kSrsApiPort) == kSrsApiPort) api.port = kSrsFlvPort;
  return Flv(api.scheme, api.Authority(0), path, RestOf(api.query));
}

}  // namespace

std::optional<std::string> FallbackUrlOf(const std::string& text) {
  const auto url = ParseUrl(text);
  if (!url || !webrtc::IsRtsUrl(*url)) return std::nullopt;
  const auto rts = webrtc::ParseRtsUrl(*url, webrtc::SignallingRole::kPlay);
  if (!rts) return std::nullopt;
  std::string_view path = url->path;
  switch (rts->dialect) {
    case webrtc::Dialect::kWhip:
      return OfApi(rts->api);
    case webrtc::Dialect::kSrs: {
      Url api = rts->api;
      const std::size_t slash = path.rfind('/');
      api.query = "app=" + std::string(path.substr(1, slash - 1)) +
                  "&stream=" + std::string(path.substr(slash + 1)) + "&" + url->query;
      return OfApi(std::move(api));
    }
    case webrtc::Dialect::kArtc:
    case webrtc::Dialect::kTencent:
    case webrtc::Dialect::kVolcano:
      break;
  }
  // What follows '@' is for the realtime client alone.
  const std::string_view query = std::string_view(url->query).substr(0, url->query.find('@'));
  path = path.substr(0, path.find('@'));
  if (path.ends_with(".sdp")) path.remove_suffix(4);
  return Flv("http", url->Authority(0), path, query);
}

std::optional<std::string> FallbackOf(const PlayerConfig& config, const std::string& text) {
  if (config.fallback_use == FallbackUse::kNever) return std::nullopt;
  const auto url = ParseUrl(text);
  if (!url || !webrtc::IsRtsUrl(*url)) return std::nullopt;
  if (!config.fallback_url.empty()) return config.fallback_url;
  return FallbackUrlOf(text);
}

}  // namespace onair
