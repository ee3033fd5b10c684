// SPDX-License-Identifier: Apache-2.0
//
// The playing side of RTMP over one byte stream (Adobe RTMP 1.0). By default everything up to
// `play` leaves in one flight: one round trip to the first media instead of four.
#pragma once

#include <memory>
#include <string>

#include "core/api/play_transport.h"
#include "core/base/rng.h"
#include "core/machine/trace.h"
#include "transport/rtmp/rtmp_url.h"

namespace onair::rtmp {

// How a player opens the stream.
enum class PlayStart {
  // C0 C1 C2 connect createStream play at once, with the stream id guessed as 1; a server
  // that gives another id gets `play` again.
  kPipelined = 1,
  kSequential = 2,  // Every step waits for its answer, as the specification draws it.
};

// Built once per connection.
struct PlayClientConfig {
  PlayStart start = PlayStart::kPipelined;

  // Longest wait for each answer, and for the first media after it. Range [0.1 s, 60 s].
  TimeDelta step_timeout = TimeDelta::Seconds(8);

  // What the server is told of the player's buffer. Range [0 s, 60 s]. Higher makes some
  // servers burst more; live servers ignore it.
  TimeDelta buffer_length = TimeDelta::Seconds(1);

  std::string flash_version = "LNX 9,0,124,2";  // As librtmp and FFmpeg; servers sniff it.

  [[nodiscard]] Status Validate() const;
};

// Single-owner. `trace` outlives it.
class PlayClient final : public PlayTransport {
 public:
  // UnpublishNotify, Stop and StreamEOF mean that the publisher left: servers such as nginx-rtmp
  // keep their viewers for the next one. Closed carries kStreamNotFound, kRtmpRejected,
  // kStreamEnded (a recording that was played to its end), kNothingToPlay, kRtmpProtocol,
  // kFlvMalformed, kPeerClosed or kTimeout.
  PlayClient(const RtmpUrl& url, const PlayClientConfig& config, Rng rng, TraceSink& trace,
             Timestamp now);
  ~PlayClient() override;

  using PlayTransport::Event;
  void HandleBytes(ByteView in, Timestamp now) override;
  void HandleUnsent(DataSize unsent, Timestamp now) override;
  void HandleTimeout(Timestamp now) override;
  void HandleEnd(Timestamp now) override;
  void Close(Timestamp now) override;

  [[nodiscard]] Output<Event> Poll() override;

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace onair::rtmp
