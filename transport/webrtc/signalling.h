// SPDX-License-Identifier: Apache-2.0
//
// How an offer reaches a server and its answer comes back, whatever the server speaks. A dialect is
// a pure object without time and I/O: it asks for HTTP calls and is told of their answers.
//
//   Offer(sdp)  ->  Poll(): Call  ->  HandleResponse()  ->  Poll(): Answered
//
// signalling_client.h performs the calls over byte streams; times, redirects and bounds are there.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/result.h"
#include "core/base/url.h"
#include "core/units/time.h"
#include "transport/http/client_exchange.h"
#include "transport/http/headers.h"
#include "transport/webrtc/link_header.h"
#include "transport/webrtc/sdp.h"
#include "transport/webrtc/sdp_fragment.h"

namespace onair::webrtc {

enum class SignallingRole { kPublish = 1, kPlay = 2 };

// To be performed, one at a time; answered by HandleResponse() or HandleFailure().
struct HttpCall {
  http::ClientRequest request;
};

struct HttpResponse {
  int status = 0;
  http::Headers headers;
  std::string body;
  Url url;  // That answered, after redirects.
};

// Single-owner. Commands that do not fit the state do nothing.
class Signalling {
 public:
  // Servers for ICE, before or with the answer.
  struct IceServersTold {
    std::vector<IceServer> servers;
  };
  // The server took the offer.
  struct Answered {
    Sdp answer;
    bool can_trickle = false;  // Else Trickle() does nothing: all candidates were in the offer.
    bool can_restart = false;  // Else a new path needs a new session.
  };
  // WHEP: the server wants its own offer answered, by Answer().
  struct CounterOffered {
    Sdp offer;
  };
  // Ours, to its offer. The rest as in Answered.
  struct AnswerTaken {
    bool can_trickle = false;
    bool can_restart = false;
  };
  // RestartIce() was taken: the peer's new credentials and candidates.
  struct Restarted {
    SdpFragment peer;
  };
  // The session goes on with the paths it has.
  struct RestartRefused {
    Error error;
    bool is_by_server = false;  // Else nobody knows whether it took it.
  };
  // Over after Close(). Nothing follows.
  struct Ended {};
  // There is no session: kSdp.., kSignalling.., kHttp.., kStreamNotFound (nobody publishes yet),
  // kPublishConflict, network errors. Nothing follows, but for calls that clean up, and Ended after
  // Close().
  struct Failed {
    Error error;
    std::optional<TimeDelta> retry_after;  // What the server asks for.
  };
  using Event = std::variant<IceServersTold, Answered, CounterOffered, AnswerTaken, Restarted,
                             RestartRefused, Ended, Failed>;
  // Nothing until the next input: monostate.
  using Output = std::variant<std::monostate, HttpCall, Event>;

  virtual ~Signalling() = default;

  // The pending call was answered.
  virtual void HandleResponse(const HttpResponse& response) = 0;
  // The pending call came to nothing.
  virtual void HandleFailure(const Error& error) = 0;

  // Asks for the servers for ICE before an offer, where the dialect knows how; IceServersTold
  // follows in any case.
  virtual void AskIceServers() = 0;
  // Once.
  virtual void Offer(const Sdp& offer) = 0;
  virtual void Answer(const Sdp& answer) = 0;
  // Candidates found since. Those from before the answer wait for it.
  virtual void Trickle(const IceDescription& ice) = 0;
  // New credentials and the candidates so far. A second one replaces a first that waits.
  virtual void RestartIce(const IceDescription& ice) = 0;
  // Says goodbye where the dialect knows how, also where the answer is still to come; Ended
  // follows.
  virtual void Close() = 0;

  [[nodiscard]] virtual Output Poll() = 0;
};

// Bodies longer than this are not taken. Source: ours; twice the longest description in JSON.
inline constexpr std::size_t kMaxSignallingBody = 2 * kMaxSdpBytes;

// What an HTTP status means where no session came of it. `detail` for the error.
Error ErrorForStatus(int status, SignallingRole role, std::string detail);

// Retry-After in seconds; an HTTP date is not understood, for there is no wall clock here. At most
// an hour.
std::optional<TimeDelta> RetryAfter(const http::Headers& headers);

}  // namespace onair::webrtc
