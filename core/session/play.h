// SPDX-License-Identifier: Apache-2.0
//
// One viewer's session: connects, follows redirects, buffers, decides when each frame is
// decoded and shown, reconnects. A machine (core/machine/machine.h) over one byte stream
// that it opens and closes by events.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <variant>

#include "core/api/events.h"
#include "core/api/play_config.h"
#include "core/api/play_transport.h"
#include "core/api/stats.h"
#include "core/base/rng.h"
#include "core/base/url.h"
#include "core/machine/endpoint.h"
#include "core/machine/trace.h"
#include "core/media/media_time.h"

namespace onair::session {

// Single-owner. `trace` outlives it.
class Play {
 public:
  // Driver: as in session::Publish.
  struct OpenStream { Endpoint endpoint; };
  struct CloseStream {};
  // New decoder configuration; comes before the frames it is for.
  struct TracksChanged { StreamTracks tracks; };
  // Decode now. `render_at`: when its picture or first sample is due on the play line.
  // Frames behind the line carry a `render_at` in the past: decode, do not show, unless
  // nothing newer is there.
  struct DecodeFrame {
    EncodedFrame frame;
    Timestamp render_at;
  };
  // The play line moved: media position to driver time, with its rate (0.5..2). A renderer
  // that holds decoded media re-reads its due times.
  struct LineChanged { ClockMap line; };
  // Forget what is decoded but not shown: a jump, or a new connection's first key frame.
  struct FlushDecoders {};
  struct StateChanged {
    PlayState state;
    std::optional<Error> error;
    TimeDelta retry_in = TimeDelta::Zero();
  };
  using Event = std::variant<OpenStream, CloseStream, TracksChanged, DecodeFrame, LineChanged,
                             FlushDecoders, StateChanged>;

  // How to reach an address: the protocol machine and where its byte stream leads.
  struct Path {
    Endpoint endpoint;
    std::unique_ptr<PlayTransport> transport;
  };
  using OpenPath = std::function<Result<Path>(const Url& url, Timestamp now)>;

  Play(const PlaySessionConfig& config, Url url, OpenPath open_path, Rng rng, TraceSink& trace);
  ~Play();

  void HandleResolved(Timestamp now);   // The host name has an address.
  void HandleTcpConnected(Timestamp now);  // Before TLS; for the opening's stages only.
  void HandleConnected(Timestamp now);  // Connected and secured: bytes may flow.
  void HandleClosed(const Error& error, Timestamp now);  // kPeerClosed: end of the stream.
  void HandleBytes(ByteView in, Timestamp now);
  void HandleUnsent(DataSize unsent, Timestamp now);
  void HandleTimeout(Timestamp now);

  void Start(Timestamp now);
  // The decoder could not use what it got: media is dropped up to the next key frame.
  void HandleDecodeFailed(Timestamp now);
  void Stop(Timestamp now);

  [[nodiscard]] Output<Event> Poll();

  PlaySessionStats stats() const;

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace onair::session
