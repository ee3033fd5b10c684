// SPDX-License-Identifier: Apache-2.0
//
// The server's end of WHIP (RFC 9725) and WHEP: HTTP requests in, decisions out. It knows which
// sessions there are and what their clients may ask; what a session is, its owner knows.
//
//   POST /rtc/v1/whip/?app=A&stream=S   publish   201 + Location: /rtc/v1/session/TOKEN
//   POST /rtc/v1/whep/?app=A&stream=S   play
//   PATCH, DELETE /rtc/v1/session/TOKEN candidates, restart, the end
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/base/result.h"
#include "core/units/time.h"
#include "transport/http/server_connection.h"
#include "transport/webrtc/link_header.h"
#include "transport/webrtc/sdp.h"
#include "transport/webrtc/sdp_fragment.h"
#include "transport/webrtc/signalling.h"

namespace onair::webrtc {

struct WhipServerConfig {
  // Sessions at once; above: 503 and Retry-After. Range [1, 100000]. Each costs about 300 bytes
  // here; what its owner holds is the owner's to count.
  std::size_t session_limit = 1'000;

  // Told to clients by Link.
  std::vector<IceServer> ice_servers;

  // What clients are asked to wait where it may pass. Range [1 s, 1 h].
  TimeDelta retry_after = TimeDelta::Seconds(2);

  [[nodiscard]] Status Validate() const;
};

// Whether a request to this path (decoded) is for the server below.
bool IsWhipPath(std::string_view path);

// Single-owner.
class WhipServer {
 public:
  using Request = http::ServerConnection::Request;
  using Response = http::ServerConnection::Response;

  // Nothing to decide: to be sent.
  struct Answer {
    Response response;
  };
  // Somebody wants a session. Answer the request with what Accept() or Refuse() gives, now or
  // later.
  struct Create {
    SignallingRole role;  // Of the client.
    std::string app;
    std::string stream;
    std::string bearer;  // Its token; empty without one. A secret.
    http::Query query;   // All parameters. May hold secrets.
    Sdp offer;
  };
  // The client of a session found candidates. The response is to be sent.
  struct Candidates {
    std::string token;
    IceDescription ice;
    Response response;
  };
  // It wants new paths: answer with AcceptRestart() or RefuseRestart().
  struct Restart {
    std::string token;
    IceDescription ice;
  };
  // It leaves. The response is to be sent; the session is forgotten.
  struct Delete {
    std::string token;
    Response response;
  };
  using Decision = std::variant<Answer, Create, Candidates, Restart, Delete>;

  // `config` is valid.
  explicit WhipServer(const WhipServerConfig& config) : config_(config) {}

  Decision HandleRequest(const Request& request);

  // 201. `token`: unguessable letters and digits from the system, at least 16; who knows it may
  // end the session. Where it is already taken or the limit was reached meanwhile: an error
  // response, and no session; tell them by Knows().
  Response Accept(const std::string& token, const Create& create, const Sdp& answer);

  // kSdpIncompatible, kSdpInsecure, kUnsupported: 406. kSdpMalformed,
  // kInvalidUrl (the names): 400. kHttpForbidden: 401.
  // kStreamNotFound, kPublishConflict: 409 and Retry-After, as WHEP has for a stream that nobody
  // publishes yet. kLimit: 503 and Retry-After. Others: 500.
  Response Refuse(const Error& reason) const;

  // 200 with our new credentials and candidates, a new ETag. The error response of an unknown
  // session where it ended meanwhile.
  Response AcceptRestart(const std::string& token, const IceDescription& ours);
  Response RefuseRestart() const;

  // The session ended by itself.
  void Forget(std::string_view token);

  bool Knows(std::string_view token) const { return sessions_.contains(token); }
  std::size_t sessions() const { return sessions_.size(); }

 private:
  struct Session {
    Sdp names;               // The first section of what was agreed, for fragments.
    std::string ufrag;       // The client's, of the present generation.
    std::string next_ufrag;  // Of the restart that is being decided.
    std::uint32_t generation = 1;
  };

  Decision HandleEndpoint(const Request& request, SignallingRole role) const;
  Decision HandleSession(const Request& request, const std::string& token);
  Decision HandlePatch(const Request& request, const std::string& token, Session& session) const;
  Response Preflight(std::string_view methods) const;
  void AddServers(http::Headers& headers) const;

  WhipServerConfig config_;
  std::map<std::string, Session, std::less<>> sessions_;  // By token.
};

}  // namespace onair::webrtc
