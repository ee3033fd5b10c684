// SPDX-License-Identifier: Apache-2.0
//
// One destination of a live publisher: connects, queues, drops, sends, reconnects, hands over. A
// machine (core/machine/machine.h) over a byte stream that it opens and closes by events, and a
// second one, the standby, during a hand-over.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "core/api/congestion_control.h"
#include "core/api/events.h"
#include "core/api/publish_config.h"
#include "core/api/publish_transport.h"
#include "core/api/stats.h"
#include "core/base/rng.h"
#include "core/machine/endpoint.h"
#include "core/machine/trace.h"

namespace onair::session {

// Single-owner. `trace` outlives it.
class Publish {
 public:
  // Driver: drop any present byte stream, resolve and connect to `endpoint` (with TLS where
  // it says so), then HandleConnected(); HandleClosed() when that fails or breaks later.
  struct OpenStream {
    Endpoint endpoint;
  };
  // Driver: write what was transmitted, then close; no HandleClosed() follows.
  struct CloseStream {};

  // A hand-over: a second byte stream while the first goes on. At most one at a time; a
  // Transmit is never for it. Driver: connect as for OpenStream, then the HandleStandby...()
  // inputs.
  struct OpenStandby {
    Endpoint endpoint;
  };
  struct StandbyTransmit {
    Bytes bytes;
  };
  // Driver: drop it; no HandleStandbyClosed() follows.
  struct CloseStandby {};
  // Driver: the standby becomes the present byte stream, for all that follows; the one before,
  // if there is one, as with CloseStream.
  struct PromoteStandby {};

  // kEnded carries no error after Stop(); else the error that is not retryable, or
  // kRetriesExhausted with the last failure in its detail.
  struct StateChanged {
    PublishState state;
    std::optional<Error> error;
    TimeDelta retry_in = TimeDelta::Zero();
  };
  // A hand-over was given up; the present connection goes on.
  struct HandOverFailed {
    Error error;
  };
  // Uphill: EncoderTarget::key_frame. Asked when there is room for one, and again each half
  // second while none came.
  struct KeyFrameWanted {};
  // Once per session: the first video frame (sound, where there is no video) was given to the
  // protocol.
  struct FirstFrameSent {};
  // Video frames that gave way while live; at most once a second.
  struct FramesDropped {
    std::int64_t frames;
  };
  // Uphill: what the controller decided, whenever its target, intake or cause or the carriage
  // changed.
  struct RateDecided {
    cc::CongestionDecision decision;
    Carriage carriage;
    DataSize unsent_limit;  // In force from now on: what the socket may hold and still get more.
  };
  // For the app, as NetworkQualityEvent and RateChangedEvent; only with a controller.
  struct NetworkQualityChanged {
    NetworkQuality quality;
    NetworkTrouble trouble;
  };
  struct RateChanged {
    DataRate video_rate;
    cc::Cause cause;
  };
  // With UrlRefresh::kBeforeAttempts: the app may answer by RefreshUrl() until
  // url_refresh_timeout; the attempt waits for it.
  struct WantsUrl {
    UrlReason why;
  };
  using Event =
      std::variant<OpenStream, CloseStream, OpenStandby, StandbyTransmit, CloseStandby,
                   PromoteStandby, StateChanged, HandOverFailed, KeyFrameWanted, FirstFrameSent,
                   FramesDropped, RateDecided, NetworkQualityChanged, RateChanged, WantsUrl>;

  // Makes the protocol machine for one connection attempt.
  using MakeTransport = std::function<std::unique_ptr<PublishTransport>(Timestamp now)>;
  // The way to one address: where its byte stream leads and what speaks over it.
  struct Path {
    Endpoint endpoint;
    MakeTransport make_transport;
  };
  // What the address of a redirect means; an error ends the attempt.
  using FindPath = std::function<Result<Path>(const std::string& address)>;

  // Every attempt begins at `home`; redirects are followed up to max_redirects in a row, never
  // from TLS to a plain connection. `find_path` may be null: a redirect then ends the session.
  Publish(const PublishSessionConfig& config, Path home, FindPath find_path, Rng rng,
          TraceSink& trace);
  ~Publish();

  void HandleConnected(Timestamp now);
  void HandleClosed(const Error& error, Timestamp now);
  void HandleBytes(ByteView in, Timestamp now);
  // All bytes of earlier Transmits that the socket has not taken. Told some time after each
  // Transmit, also when it is zero as before, and when the socket takes some: until then all
  // that was transmitted counts against unsent_limit.
  void HandleUnsent(DataSize unsent, Timestamp now);
  // What the system tells of the present connection; in front of other inputs where it tells
  // at all.
  void HandleSocketFacts(const SocketFacts& facts, Timestamp now);
  void HandleTimeout(Timestamp now);
  // Of the standby.
  void HandleStandbyConnected(Timestamp now);
  void HandleStandbyClosed(const Error& error, Timestamp now);
  void HandleStandbyBytes(ByteView in, Timestamp now);
  // The device has another way to the network now. Live: a hand-over. Else the next attempt
  // begins at once, and those before are forgotten. Connections begin at `from` then, until the
  // next call; empty leaves it to the system. Where `from` cannot be used, a live session keeps
  // its connection (HandOverFailed), others go on without it after one failed attempt.
  void HandleNetworkChanged(const std::optional<IpAddress>& from, Timestamp now);

  // Who decides the rate, over all connections. Without one before Start() the rate stays; another
  // one later takes over with the next report.
  void SetController(std::unique_ptr<cc::Controller> controller);

  // Goes live; once. Frames may be pushed before: the newest GOP waits.
  void Start(Timestamp now);
  // Decoder configurations; before the first Push() and whenever an encoder restarts: holds
  // for the frames pushed after it.
  void SetTracks(const StreamTracks& tracks, Timestamp now);
  // Queues one frame (Q3). dts must not fall per track. Never blocks; what must give way is
  // dropped and counted: while live only video (droppable frames first, then the rest of a
  // GOP up to the next key frame), before acceptance also sound older than the newest GOP.
  void Push(EncodedFrame frame, Timestamp now);
  // A new address for home, also unasked. Empty, unknown or the last one again: nothing new, and
  // who waits for it goes on with the old one.
  void RefreshUrl(const std::string& address, Timestamp now);
  // Says goodbye and ends: CloseStream and StateChanged{kEnded} without error follow at once.
  void Stop(Timestamp now);

  [[nodiscard]] Output<Event> Poll();

  PublishSessionStats stats() const;

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace onair::session
