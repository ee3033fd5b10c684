// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/rts_url.h"

#include <algorithm>
#include <array>
#include <utility>

#include "transport/webrtc/srs_signalling.h"
#include "transport/webrtc/tencent_signalling.h"
#include "transport/webrtc/text.h"
#include "transport/webrtc/volcano_signalling.h"

namespace onair::webrtc {
namespace {

constexpr std::uint16_t kSrsApiPort = 1985;  // Source: SRS, `http_api { listen 1985; }`.
constexpr std::string_view kTencentApi = "webrtc.liveplay.myqcloud.com";
constexpr std::array<std::string_view, 7> kSchemes{
    "rts", "artc", "webrtc", "whip+http", "whip+https", "whep+http", "whep+https"};

tl::unexpected<Error> Invalid(std::string detail) {
  return Fail(ErrorCode::kInvalidUrl, std::move(detail));
}

// A parameter of a query as written; nothing where it is absent.
std::optional<std::string_view> Parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const auto [part, rest] = SplitAt(query, '&');
    const auto [key, value] = SplitAt(part, '=');
    if (key == name) return value;
    query = rest;
  }
  return std::nullopt;
}

// The query without `name`.
std::string Without(std::string_view query, std::string_view name) {
  std::string out;
  while (!query.empty()) {
    const auto [part, rest] = SplitAt(query, '&');
    if (SplitAt(part, '=').first != name) out += (out.empty() ? "" : "&") + std::string(part);
    query = rest;
  }
  return out;
}

struct StreamName {
  std::string app;
  std::string stream;
};

// "/app/stream", "/app/more/stream": the last part is the stream.
Result<StreamName> NameIn(const Url& url) {
  const std::string_view path = std::string_view(url.path).substr(url.path.empty() ? 0 : 1);
  const std::size_t slash = path.rfind('/');
  const bool is_whole = slash != std::string_view::npos && slash > 0 && slash + 1 < path.size();
  if (!is_whole)
    return Invalid("the address names no stream: " + url.scheme + "://host/app/stream");
  return StreamName{std::string(path.substr(0, slash)), std::string(path.substr(slash + 1))};
}

// Where an SRS-like server has its HTTP interface.
Url ApiOf(const Url& url) {
  const bool is_tls = Parameter(url.query, "schema") == "https";
  Url api;
  api.scheme = is_tls ? "https" : "http";
  api.host = url.host;
  api.port = url.port;
  if (!api.port && !is_tls) api.port = kSrsApiPort;
  return api;
}

std::string TextOf(const Url& url, std::string_view query) {
  std::string out = url.scheme + "://" + url.Authority(0) + url.path;
  if (!query.empty()) (out += '?') += query;
  return out;
}

Result<RtsUrl> ParseRts(const Url& url, SignallingRole role) {
  auto name = NameIn(url);
  if (!name) return Forward(name);
  RtsUrl out;
  out.api = ApiOf(url);
  out.api.path = role == SignallingRole::kPublish ? "/rtc/v1/whip/" : "/rtc/v1/whep/";
  out.api.query = "app=" + name->app + "&stream=" + name->stream;
  const std::string rest = Without(url.query, "schema");
  if (!rest.empty()) out.api.query += "&" + rest;
  return out;
}

Result<RtsUrl> ParseWhip(const Url& url, SignallingRole role) {
  const bool is_whip = url.scheme.starts_with("whip");
  if (is_whip != (role == SignallingRole::kPublish)) {
    return Invalid(is_whip ? "whip is for publishing; to play there is whep"
                           : "whep is for playing; to publish there is whip");
  }
  RtsUrl out;
  out.api = url;
  out.api.scheme = url.scheme.substr(url.scheme.find('+') + 1);
  return out;
}

// "?auth_key=..@subaudio=no&subvideo=no": what follows '@' is for the client alone.
Result<RtsUrl> ParseArtc(const Url& url) {
  if (auto name = NameIn(url); !name) return Forward(name);
  RtsUrl out;
  out.dialect = Dialect::kArtc;
  out.api = url;
  out.api.scheme = "https";
  auto& target = url.query.empty() ? out.api.path : out.api.query;
  const std::size_t at = target.rfind('@');
  const std::string wishes = at == std::string::npos ? "" : target.substr(at + 1);
  target = target.substr(0, at);
  const bool has_audio = Parameter(wishes, "subaudio") != "no";
  const bool has_video = Parameter(wishes, "subvideo") != "no";
  if (!has_audio && !has_video) return Invalid("neither sound nor pictures are wanted");
  if (!has_audio) out.subscription = ArtcSubscription::kVideoOnly;
  if (!has_video) out.subscription = ArtcSubscription::kAudioOnly;
  Url named = out.api;
  named.scheme = "artc";
  out.stream_url = TextOf(named, named.query);
  return out;
}

Result<RtsUrl> ParseTencent(const Url& url, SignallingRole role) {
  if (role == SignallingRole::kPublish) {
    return Fail(ErrorCode::kUnsupported, "publishing to Tencent by WebRTC; RTMP works there");
  }
  RtsUrl out;
  out.dialect = Dialect::kTencent;
  out.api.scheme = "https";
  out.api.host = kTencentApi;
  out.stream_url = TextOf(url, url.query);
  return out;
}

Result<RtsUrl> ParseVolcano(const Url& url) {
  RtsUrl out;
  out.dialect = Dialect::kVolcano;
  out.api = url;
  out.api.scheme = "https";
  if (!url.path.ends_with(".sdp")) out.api.path += ".sdp";
  return out;
}

Result<RtsUrl> ParseWebrtc(const Url& url, SignallingRole role) {
  if (auto name = NameIn(url); !name) return Forward(name);
  const bool is_tencent =
      Parameter(url.query, "txSecret").has_value() || url.host.ends_with(".myqcloud.com");
  if (is_tencent) return ParseTencent(url, role);
  const bool is_volcano =
      Parameter(url.query, "volcSecret").has_value() || url.path.ends_with(".sdp");
  if (is_volcano) return ParseVolcano(url);
  RtsUrl out;
  out.dialect = Dialect::kSrs;
  out.api = ApiOf(url);
  out.api.path = role == SignallingRole::kPublish ? "/rtc/v1/publish/" : "/rtc/v1/play/";
  out.stream_url = TextOf(url, Without(url.query, "schema"));
  return out;
}

}  // namespace

bool IsRtsUrl(const Url& url) {
  return std::find(kSchemes.begin(), kSchemes.end(), url.scheme) != kSchemes.end();
}

Result<RtsUrl> ParseRtsUrl(const Url& url, SignallingRole role) {
  if (!IsRtsUrl(url)) {
    return Invalid("'" + url.scheme + "' is none of rts, whip+http(s), whep+http(s), artc, webrtc");
  }
  if (!url.user_info.empty()) {
    return Fail(ErrorCode::kUnsupported, "a user name in the address; use a token or the query");
  }
  if (url.scheme == "rts") return ParseRts(url, role);
  if (url.scheme == "artc") return ParseArtc(url);
  if (url.scheme == "webrtc") return ParseWebrtc(url, role);
  return ParseWhip(url, role);
}

std::vector<AacForm> AacFormsOf(Dialect dialect) {
  switch (dialect) {
    case Dialect::kArtc:
    case Dialect::kTencent:
      return {AacForm::kLatm, AacForm::kAdts};
    case Dialect::kVolcano:
      return {AacForm::kLatm};
    case Dialect::kWhip:
    case Dialect::kSrs:
      return {};
  }
  return {};
}

std::unique_ptr<Signalling> MakeSignalling(const RtsUrl& url, SignallingRole role,
                                           const std::string& bearer, const std::string& chance) {
  switch (url.dialect) {
    case Dialect::kWhip:
      return std::make_unique<WhipClient>(WhipConfig{role, url.api, bearer, url.patching});
    case Dialect::kSrs:
      return std::make_unique<SrsSignalling>(role, url.api, url.stream_url, chance);
    case Dialect::kArtc:
      return std::make_unique<ArtcSignalling>(role, url.api, url.stream_url, url.subscription);
    case Dialect::kTencent:
      return std::make_unique<TencentSignalling>(url.api, url.stream_url, chance);
    case Dialect::kVolcano:
      return std::make_unique<VolcanoSignalling>(role, url.api, chance);
  }
  return nullptr;
}

}  // namespace onair::webrtc
