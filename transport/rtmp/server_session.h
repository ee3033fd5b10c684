// SPDX-License-Identifier: Apache-2.0
//
// The server side of one RTMP connection, for a publisher or a player (Adobe RTMP 1.0).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <variant>

#include "core/base/result.h"
#include "core/base/rng.h"
#include "core/machine/machine.h"
#include "core/media/encoded_frame.h"
#include "transport/flv/body.h"
#include "transport/flv/stream_reader.h"

namespace onair::rtmp {

// Built once per connection.
struct ServerSessionConfig {
  // From the connection to the request to publish or play. Range [0.5 s, 120 s]. Shorter frees
  // the connections of silent clients sooner.
  TimeDelta setup_timeout = TimeDelta::Seconds(10);

  // A publisher that sends no sound and no picture for this long is gone; other messages do
  // not count. Range [1 s, 600 s].
  TimeDelta publisher_timeout = TimeDelta::Seconds(30);

  // A player is pinged this often. Range [1 s, 600 s]. Source: nginx-rtmp 1.2.2, `ping`.
  TimeDelta ping_interval = TimeDelta::Seconds(60);

  // A player that answers no ping for this long is gone. Range [1 s, 600 s].
  // Source: nginx-rtmp 1.2.2, `ping_timeout`.
  TimeDelta ping_timeout = TimeDelta::Seconds(30);

  // Bytes between chunk headers of what the server sends. Range [128, 65536].
  // Source: SRS, `chunk_size 60000`.
  std::uint32_t chunk_size = 60000;

  // A client that leaves more than this unread is dropped with kTimeout, as the last resort
  // behind the relay's own dropping. Range [64 KiB, 1 GiB].
  DataSize unsent_limit = DataSize::Mebibytes(32);

  // For the metadata players get; zero is left out.
  flv::MediaRates rates;

  [[nodiscard]] Status Validate() const;
};

// Clients may send messages of 64 KiB until AcceptPublish(), and of kMaxMessage after it.
// Single-owner. Events come before the bytes that answer the same input, so that what the
// driver commands on an event leaves in the same Transmit (small answers in several writes
// would meet Nagle's algorithm).
class ServerSession {
 public:
  // Answer with AcceptPublish() or RejectPublish(), now or later.
  struct PublishRequested {
    std::string app;         // Without its query.
    std::string stream_key;  // Without its query. A secret.
    std::string query;       // Of the key, else of the app; without '?'. A secret.
  };
  struct PlayRequested {  // AcceptPlay() or RejectPlay().
    std::string app;
    std::string stream_key;
    std::string query;
  };
  using TracksChanged = flv::TracksChanged;  // Publisher: before the frames they are for.
  using Metadata = flv::Metadata;            // Publisher.
  struct StreamStopped {};                   // The client stopped publishing or playing in order.
  // Over. Close the connection; nothing follows.
  struct Closed {
    Error error;
  };
  // Frames of a publisher: pts and dts as on the wire, made continuous over 32-bit wraps.
  using Event = std::variant<PublishRequested, PlayRequested, TracksChanged, EncodedFrame, Metadata,
                             StreamStopped, Closed>;

  ServerSession(const ServerSessionConfig& config, Rng rng, Timestamp now);
  ~ServerSession();
  ServerSession(ServerSession&&) noexcept;
  ServerSession& operator=(ServerSession&&) noexcept;

  void HandleBytes(ByteView in, Timestamp now);
  void HandleUnsent(DataSize unsent, Timestamp now);
  void HandleTimeout(Timestamp now);

  // Commands that do not fit the state (the client may have left meanwhile) do nothing.
  void AcceptPublish(Timestamp now);
  // `reason`: kPublishConflict, kPublishRejected, or kLimit and kRtmpUnavailable where it is
  // worth trying again, and the words for the client. Closed follows.
  // Later it throws the publisher out.
  void RejectPublish(const Error& reason, Timestamp now);
  void AcceptPlay(Timestamp now);
  // `reason`: kStreamNotFound or kRtmpRejected. Closed follows.
  void RejectPlay(const Error& reason, Timestamp now);

  // Player, after AcceptPlay(): metadata and sequence headers, written in front of the next
  // frame.
  void SetTracks(const StreamTracks& tracks, Timestamp now);
  // Player, after AcceptPlay(). Written to the next Transmit at once, with the frame's own
  // times on the wire.
  void Send(const EncodedFrame& frame, Timestamp now);
  // Tells the player that the stream is over; the connection stays until the client leaves.
  void EndPlay(Timestamp now);

  // Asks the client to open a new connection and leave this one, which goes on until then
  // (Enhanced RTMP v2). `tc_url`: where, absolute or relative to the client's own; empty: the
  // same address. Does nothing towards a client that did not announce that it knows how.
  void RequestReconnect(const std::string& tc_url, Timestamp now);

  // Ends at once; no event follows.
  void Close(Timestamp now);

  [[nodiscard]] Output<Event> Poll();

  // The client announced that it follows RequestReconnect().
  bool can_reconnect() const;

  // Received bytes of unfinished messages, for who counts the memory of many sessions.
  DataSize pending() const;

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace onair::rtmp
