// SPDX-License-Identifier: Apache-2.0
#include "transport/webrtc/whip_server.h"

#include <algorithm>
#include <utility>

#include "transport/webrtc/text.h"

namespace onair::webrtc {
namespace {

constexpr std::string_view kSdpType = "application/sdp";
constexpr std::string_view kSessionPath = "/rtc/v1/session/";
constexpr std::size_t kMinToken = 16;
constexpr std::size_t kMaxName = 256;  // Of an application or a stream. Source: ours.

constexpr std::string_view kEndpointMethods = "OPTIONS, POST";
constexpr std::string_view kSessionMethods = "OPTIONS, PATCH, DELETE";

std::optional<SignallingRole> RoleOf(std::string_view path) {
  if (path.ends_with('/')) path.remove_suffix(1);
  if (path == "/rtc/v1/whip") return SignallingRole::kPublish;
  // SRS has both names for it.
  if (path == "/rtc/v1/whep" || path == "/rtc/v1/whip-play") return SignallingRole::kPlay;
  return std::nullopt;
}

std::string_view ContentType(const http::Headers& headers) {
  return Trimmed(SplitAt(headers.Find("Content-Type").value_or(""), ';').first);
}

std::string_view BodyOf(const WhipServer::Request& request) {
  return {reinterpret_cast<const char*>(request.body.data()), request.body.size()};
}

std::string BearerOf(const http::Headers& headers) {
  constexpr std::string_view kScheme = "Bearer ";
  const auto value = headers.Find("Authorization").value_or("");
  if (!EqualsIgnoringCase(value.substr(0, kScheme.size()), kScheme)) return "";
  return std::string(Trimmed(value.substr(kScheme.size())));
}

// Browsers show a page's script the answer only with the first, these fields only with the second.
void AllowOrigins(http::Headers& headers) {
  headers.Add("Access-Control-Allow-Origin", "*");
  headers.Add("Access-Control-Expose-Headers", "Location, ETag, Link, Accept-Patch, Retry-After");
}

WhipServer::Response Plain(int status, std::string_view words) {
  WhipServer::Response out;
  out.status = status;
  AllowOrigins(out.headers);
  if (words.empty()) return out;
  out.headers.Add("Content-Type", "text/plain; charset=utf-8");
  out.body.assign(words.begin(), words.end());
  out.body.push_back('\n');
  return out;
}

WhipServer::Response NotAllowed(std::string_view methods) {
  WhipServer::Response out = Plain(405, "not a method of this address");
  out.headers.Add("Allow", std::string(methods));
  return out;
}

std::string EtagOf(std::uint32_t generation) {
  return "\"" + std::to_string(generation) + "\"";
}

// RFC 9110 section 13.1.1; some clients leave the quotes out, some put them around '*'.
std::string_view Unquoted(std::string_view etag) {
  const bool is_quoted = etag.size() >= 2 && etag.front() == '"' && etag.back() == '"';
  return is_quoted ? etag.substr(1, etag.size() - 2) : etag;
}

bool Wants(const Sdp& offer, SignallingRole role) {
  return std::any_of(offer.media.begin(), offer.media.end(), [&](const MediaSection& media) {
    const bool is_media = media.kind == MediaKind::kAudio || media.kind == MediaKind::kVideo;
    const bool fits =
        role == SignallingRole::kPublish ? Sends(media.direction) : Receives(media.direction);
    return is_media && !media.is_refused() && fits;
  });
}

std::string UfragOf(const Sdp& sdp) {
  if (sdp.media.empty() || !sdp.media.front().ice.credentials) return "";
  return sdp.media.front().ice.credentials->ufrag;
}

bool IsToken(std::string_view text) {
  return text.size() >= kMinToken && text.size() <= kMaxName &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
         });
}

int StatusOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kSdpIncompatible:
    case ErrorCode::kSdpInsecure:
    case ErrorCode::kUnsupported:
      return 406;
    case ErrorCode::kSdpMalformed:
    case ErrorCode::kInvalidUrl:
      return 400;
    case ErrorCode::kSdpTooLarge:
      return 413;
    case ErrorCode::kHttpForbidden:
    case ErrorCode::kPublishRejected:
      return 401;
    case ErrorCode::kStreamNotFound:
    case ErrorCode::kPublishConflict:
      return 409;
    case ErrorCode::kLimit:
    case ErrorCode::kRtmpUnavailable:
      return 503;
    default:
      return 500;
  }
}

}  // namespace

Status WhipServerConfig::Validate() const {
  const auto refuse = [](const char* what) { return Fail(ErrorCode::kInvalidConfig, what); };
  if (session_limit < 1 || session_limit > 100'000) {
    return refuse("session_limit is not in [1, 100000]");
  }
  if (retry_after < TimeDelta::Seconds(1) || retry_after > TimeDelta::Seconds(3600)) {
    return refuse("retry_after is not in [1 s, 1 h]");
  }
  for (const IceServer& server : ice_servers) {
    if (!http::Headers{{"Link", PrintIceServer(server)}}.Validate()) {
      return refuse("ice_servers holds a control character");
    }
  }
  return {};
}

bool IsWhipPath(std::string_view path) {
  return RoleOf(path).has_value() || path.starts_with(kSessionPath);
}

WhipServer::Decision WhipServer::HandleRequest(const Request& request) {
  if (const auto role = RoleOf(request.path)) return HandleEndpoint(request, *role);
  if (request.path.starts_with(kSessionPath)) {
    return HandleSession(request, request.path.substr(kSessionPath.size()));
  }
  return Answer{Plain(404, "no such address")};
}

WhipServer::Decision WhipServer::HandleEndpoint(const Request& request, SignallingRole role) const {
  if (request.method == http::Method::kOptions) return Answer{Preflight(kEndpointMethods)};
  if (request.method != http::Method::kPost) return Answer{NotAllowed(kEndpointMethods)};
  if (!EqualsIgnoringCase(ContentType(request.headers), kSdpType)) {
    Response response = Plain(415, "an offer is application/sdp");
    response.headers.Add("Accept-Post", std::string(kSdpType));
    return Answer{std::move(response)};
  }
  const auto app = request.query.Find("app").value_or("");
  const auto stream = request.query.Find("stream").value_or("");
  const bool is_named =
      !app.empty() && !stream.empty() && app.size() <= kMaxName && stream.size() <= kMaxName;
  if (!is_named) return Answer{Plain(400, "the address wants ?app=..&stream=..")};
  // Before the offer is read: an attacker pays more for each refusal than we do.
  if (sessions_.size() >= config_.session_limit) {
    return Answer{Refuse({ErrorCode::kLimit, "too many sessions"})};
  }
  auto offer = ParseSdp(BodyOf(request));
  if (!offer) return Answer{Refuse(offer.error())};
  if (!Wants(*offer, role)) {
    return Answer{Refuse({ErrorCode::kSdpIncompatible, role == SignallingRole::kPublish
                                                           ? "the offer sends nothing"
                                                           : "the offer receives nothing"})};
  }
  return Create{role,          std::string(app), std::string(stream), BearerOf(request.headers),
                request.query, std::move(*offer)};
}

WhipServer::Decision WhipServer::HandleSession(const Request& request, const std::string& token) {
  if (request.method == http::Method::kOptions) return Answer{Preflight(kSessionMethods)};
  const bool is_known_method =
      request.method == http::Method::kPatch || request.method == http::Method::kDelete;
  if (!is_known_method) return Answer{NotAllowed(kSessionMethods)};
  const auto found = sessions_.find(token);
  if (found == sessions_.end()) return Answer{Plain(404, "no such session")};
  if (request.method == http::Method::kPatch) return HandlePatch(request, token, found->second);
  sessions_.erase(found);
  return Delete{token, Plain(200, "")};
}

WhipServer::Decision WhipServer::HandlePatch(const Request& request, const std::string& token,
                                             Session& session) const {
  if (!EqualsIgnoringCase(ContentType(request.headers), kSdpFragmentType)) {
    Response response = Plain(415, "a patch is application/trickle-ice-sdpfrag");
    response.headers.Add("Accept-Patch", std::string(kSdpFragmentType));
    return Answer{std::move(response)};
  }
  const auto if_match = request.headers.Find("If-Match");
  if (!if_match) return Answer{Plain(428, "If-Match is missing")};
  const auto etag = Unquoted(Trimmed(*if_match));
  const bool is_restart = etag == "*";
  if (!is_restart && etag != Unquoted(EtagOf(session.generation))) {
    return Answer{Plain(412, "the session has another ETag")};
  }
  auto fragment = ParseSdpFragment(BodyOf(request));
  if (!fragment) return Answer{Refuse(fragment.error())};
  IceDescription ice = fragment->Bundled();
  if (is_restart) {
    if (!ice.credentials) return Answer{Plain(400, "a restart wants ice-ufrag and ice-pwd")};
    // RFC 8839 section 4.4.1.1.1: credentials that stay are no restart.
    if (ice.credentials->ufrag == session.ufrag) {
      return Answer{Plain(422, "a restart wants new credentials")};
    }
    session.next_ufrag = ice.credentials->ufrag;
    return Restart{token, std::move(ice)};
  }
  // RFC 8840 section 4.3: candidates of another generation mean nothing to this one.
  if (ice.credentials && ice.credentials->ufrag != session.ufrag) {
    return Answer{Plain(412, "the candidates are of other credentials")};
  }
  return Candidates{token, std::move(ice), Plain(204, "")};
}

WhipServer::Response WhipServer::Accept(const std::string& token, const Create& create,
                                        const Sdp& answer) {
  if (sessions_.size() >= config_.session_limit) {
    return Refuse({ErrorCode::kLimit, "too many sessions"});
  }
  Session session;
  session.ufrag = UfragOf(create.offer);
  if (!answer.media.empty()) session.names.media = {answer.media.front()};
  session.names.is_ice_lite = answer.is_ice_lite;
  // Only the names are needed from here on.
  for (MediaSection& media : session.names.media) {
    MediaSection names;
    names.media = media.media;
    names.mid = media.mid;
    media = std::move(names);
  }
  if (!IsToken(token) || !sessions_.try_emplace(token, std::move(session)).second) {
    return Refuse({ErrorCode::kInternal, "a session's token is taken or no token"});
  }
  Response out;
  out.status = 201;
  AllowOrigins(out.headers);
  out.headers.Add("Content-Type", std::string(kSdpType));
  out.headers.Add("Location", std::string(kSessionPath) + token);
  out.headers.Add("ETag", EtagOf(1));
  out.headers.Add("Accept-Patch", std::string(kSdpFragmentType));
  AddServers(out.headers);
  const std::string text = PrintSdp(answer);
  out.body.assign(text.begin(), text.end());
  return out;
}

WhipServer::Response WhipServer::Refuse(const Error& reason) const {
  const int status = StatusOf(reason.code);
  Response out = Plain(status, ToString(reason));
  if (status == 401) out.headers.Add("WWW-Authenticate", "Bearer");
  if (status == 409 || status == 503) {
    out.headers.Add("Retry-After", std::to_string(config_.retry_after.us() / 1'000'000));
  }
  return out;
}

WhipServer::Response WhipServer::AcceptRestart(const std::string& token,
                                               const IceDescription& ours) {
  const auto found = sessions_.find(token);
  if (found == sessions_.end()) return Plain(404, "no such session");
  Session& session = found->second;
  session.ufrag = std::exchange(session.next_ufrag, {});
  ++session.generation;
  Response out;
  AllowOrigins(out.headers);
  out.headers.Add("Content-Type", std::string(kSdpFragmentType));
  out.headers.Add("ETag", EtagOf(session.generation));
  const std::string text = PrintSdpFragment(FragmentFor(session.names, ours));
  out.body.assign(text.begin(), text.end());
  return out;
}

WhipServer::Response WhipServer::RefuseRestart() const {
  return Plain(422, "paths cannot begin anew here");
}

void WhipServer::Forget(std::string_view token) {
  const auto found = sessions_.find(token);
  if (found != sessions_.end()) sessions_.erase(found);
}

WhipServer::Response WhipServer::Preflight(std::string_view methods) const {
  Response out = Plain(204, "");
  out.headers.Add("Allow", std::string(methods));
  out.headers.Add("Access-Control-Allow-Methods", std::string(methods));
  out.headers.Add("Access-Control-Allow-Headers", "Authorization, Content-Type, If-Match");
  out.headers.Add("Access-Control-Max-Age", "86400");
  if (methods == kEndpointMethods) out.headers.Add("Accept-Post", std::string(kSdpType));
  // RFC 9725: PATCH is a method of sessions, not of this address; this tells that they have it.
  out.headers.Add("Accept-Patch", std::string(kSdpFragmentType));
  AddServers(out.headers);
  return out;
}

void WhipServer::AddServers(http::Headers& headers) const {
  for (const IceServer& server : config_.ice_servers) {
    headers.Add("Link", PrintIceServer(server));
  }
}

}  // namespace onair::webrtc
