// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "core/machine/endpoint.h"
#include "core/machine/machine.h"
#include "core/machine/timer_table.h"
#include "transport/http/client_exchange.h"
#include "transport/webrtc/signalling.h"

namespace onair::webrtc {

struct SignallingClientConfig {
  // From OpenStream to HandleConnected(). Range (0 s, 5 min].
  TimeDelta connect_timeout = TimeDelta::Seconds(5);

  // From there to the whole answer of each call. Range (0 s, 5 min]. Source: OBS Studio's WHIP
  // output gives its server 8 s.
  TimeDelta answer_timeout = TimeDelta::Seconds(8);

  // From Close() to Ended at the latest: a session that is left behind ends by its own timeout, an
  // app that waits does not. Range [0 s, 1 min].
  TimeDelta farewell_timeout = TimeDelta::Seconds(2);

  // 307 and 308 that are followed for one call. Range [0, 20].
  int max_redirects = 5;

  // Sent as User-Agent; no control characters.
  std::string user_agent;

  [[nodiscard]] Status Validate() const;
};

// Where the byte stream for an http:// or https:// address leads. kInvalidUrl for others.
Result<Endpoint> SignallingEndpoint(const Url& url);

// Performs a dialect's calls, each on a byte stream of its own that the driver opens: a machine
// (core/machine/machine.h) of the form that platform/runtime's session driver runs. Follows 307
// and 308 with method and body; never from https to http, and gives no Authorization to another
// host in the clear. Single-owner.
class SignallingClient {
 public:
  // As those of session::Publish.
  struct OpenStream {
    Endpoint endpoint;
  };
  struct CloseStream {};
  using Event = std::variant<OpenStream, CloseStream, Signalling::Event>;

  // `config` is valid.
  SignallingClient(const SignallingClientConfig& config, std::unique_ptr<Signalling> dialect);

  void HandleConnected(Timestamp now);
  // The stream could not be opened or broke; kPeerClosed where the server ended it in good order.
  void HandleClosed(const Error& error, Timestamp now);
  void HandleBytes(ByteView in, Timestamp now);
  void HandleUnsent(DataSize, Timestamp) {}
  void HandleTimeout(Timestamp now);
  // The call under way leaves by a network that may be gone: it comes to nothing at once.
  void HandleNetworkChanged(Timestamp now);

  // As those of Signalling.
  void AskIceServers(Timestamp now);
  void Offer(const Sdp& offer, Timestamp now);
  void Answer(const Sdp& answer, Timestamp now);
  void Trickle(const IceDescription& ice, Timestamp now);
  void RestartIce(const IceDescription& ice, Timestamp now);
  // Ended follows within farewell_timeout.
  void Close(Timestamp now);

  [[nodiscard]] Output<Event> Poll();

 private:
  enum class Timer { kConnect, kAnswer, kFarewell };
  static constexpr std::array<std::string_view, 3> kTimerNames = {
      "signalling.connect", "signalling.answer", "signalling.farewell"};

  void Advance(Timestamp now);
  void Begin(http::ClientRequest request, Timestamp now);
  void Open(Timestamp now);
  void Pump(Timestamp now);
  void Complete(Timestamp now);
  bool Follow(Timestamp now);
  void FailCall(Error error);
  void LeaveStream();

  SignallingClientConfig config_;
  std::unique_ptr<Signalling> dialect_;
  std::optional<http::ClientRequest> request_;  // Of the call that is performed.
  std::optional<http::ClientExchange> exchange_;
  HttpResponse response_;
  int redirects_ = 0;
  bool has_stream_ = false;
  bool is_cut_short_ = false;  // The farewell took too long: no more calls.
  TimerTable<Timer, kTimerNames.size()> timers_{kTimerNames};
  std::deque<Output<Event>> out_;  // A call's bytes and the few events around it.
};

}  // namespace onair::webrtc
