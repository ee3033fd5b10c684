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
#include "core/api/preload_config.h"
#include "core/api/stats.h"
#include "core/base/rng.h"
#include "core/base/url.h"
#include "core/machine/endpoint.h"
#include "core/machine/trace.h"
#include "core/media/media_time.h"
#include "core/session/joint.h"

namespace onair::session {

class PlayProgress;

// Single-owner. `trace` outlives it.
class Play {
 public:
  // Driver: as in session::Publish.
  struct OpenStream {
    Endpoint endpoint;
  };
  struct CloseStream {};
  // New decoder configuration; comes right before the first frame it is for, or at once where
  // none of an older one waits. What did not change in it may go on decoding.
  struct TracksChanged {
    StreamTracks tracks;
  };
  // Decode now. `render_at`: when its picture or first sample is due. Video comes 60 ms
  // ahead (with decoding, at most 3 pictures of 30 a second wait in Q5), sound 120 ms.
  // Frames behind the line carry a `render_at` in the past: decode, do not show, unless
  // nothing newer is there. The first picture after an opening, a jump of the timestamps or a
  // stall carries render_at = now while its place on the line may be later: a renderer shows
  // a picture at the earlier of `render_at` and line.AtOf(pts). Sound follows the line alone.
  struct DecodeFrame {
    EncodedFrame frame;
    Timestamp render_at;
  };
  // The play line moved: media position to driver time, with its rate [0.90, 1.20]. A
  // renderer that holds decoded media re-reads its due times. Comes before the frames that it
  // is for; several moves between two Poll() rounds are one event.
  struct LineChanged {
    ClockMap line;
  };
  // Forget what is decoded but not shown: timestamps jumped back, or a new connection's first
  // frame. The next video frame is a key frame. A TracksChanged that goes with it follows.
  struct FlushDecoders {};
  // Another connection's media goes on here (TakeOver()): what decodes to pictures up to this
  // position stood on the display already. Until FlushDecoders.
  struct HidePictures {
    MediaTime until;
  };
  // kAwaitingPublisher carries no error: the publisher left and is waited for, on the connection
  // or by looking for it again, until publisher_gap is over. kEnded carries no error after Stop(),
  // and kStreamEnded, after all that was buffered has been played, when the stream is over:
  // nobody came back in time, or it was a recording. Everything else that is retryable is retried
  // until ReconnectConfig::max_attempts in a row have failed: then kRetriesExhausted, with the
  // last failure in the detail. kReconnecting does not stop what is buffered from playing.
  struct StateChanged {
    PlayState state;
    std::optional<Error> error;
    TimeDelta retry_in = TimeDelta::Zero();
  };
  // Only while prepared: the newest key frame, for whoever wants its picture before the session is
  // shown. Both may be kept.
  struct KeyFrameHeld {
    StreamTracks tracks;
    EncodedFrame frame;
  };
  // Only beside another session: a frame as it came. TracksChanged comes before those it is for.
  struct FrameArrived {
    EncodedFrame frame;
  };
  using Event = std::variant<OpenStream, CloseStream, TracksChanged, DecodeFrame, LineChanged,
                             FlushDecoders, HidePictures, StateChanged, KeyFrameHeld, FrameArrived>;

  // How to reach an address: the protocol machine and where its byte stream leads.
  struct Path {
    Endpoint endpoint;
    std::unique_ptr<PlayTransport> transport;
  };
  // Called once per attempt and redirect. A failure is an end or a retry by its code.
  using OpenPath = std::function<Result<Path>(const Url& url, Timestamp now)>;

  Play(const PlaySessionConfig& config, Url url, OpenPath open_path, Rng rng, TraceSink& trace);
  ~Play();

  void HandleResolved(Timestamp now);      // The host name has an address.
  void HandleTcpConnected(Timestamp now);  // Before TLS; for the opening's stages only.
  void HandleConnected(Timestamp now);     // Connected and secured: bytes may flow.
  // The byte stream could not be opened or broke; kPeerClosed: the peer closed in good order.
  void HandleClosed(const Error& error, Timestamp now);
  void HandleBytes(ByteView in, Timestamp now);
  void HandleUnsent(DataSize unsent, Timestamp now);
  void HandleTimeout(Timestamp now);
  // The device has another way to the network: what is open or under way is left, and the next
  // attempt begins at once; those before are forgotten. What is buffered plays on. Connections
  // begin at `from` then, until the next call; empty leaves it to the system, and so does one
  // that cannot be used, after one failed attempt.
  void HandleNetworkChanged(const std::optional<IpAddress>& from, Timestamp now);

  // Before Start(): opens, and goes as far as `depth` says (kConnected, kNewestGop; a picture is
  // for others to decode), again and again where connections are lost. Lowering it leaves the
  // stream, kNone the connection too. Nothing is decoded or shown. At most `gop_size` is held.
  void Prepare(PreloadTier depth, DataSize gop_size, Timestamp now);
  // Once. What was prepared is used: the newest key frame is said at once, to be shown now.
  void Start(Timestamp now);
  // Instead of Start(): frames are not played but said as they come (FrameArrived), beside another
  // session's that play, until it takes over.
  void StartBeside(Timestamp now);
  // What it plays goes on in another session, of whatever kind: this one is to be stopped. The
  // answer is for TakeOver() at once.
  std::unique_ptr<PlayProgress> GiveUp(Timestamp now);
  // Beside another session until now: plays from `media` on what that one played, decoders, line
  // and counts included. `media` is what this session said last.
  void TakeOver(std::unique_ptr<PlayProgress> progress, HeldMedia media, Timestamp now);
  // More delay than the target's, which the line gives by speed, for one that lies behind to take
  // over. Zero: no more.
  void SetLeastDelay(TimeDelta least);
  // The decoder could not use what it got: video is dropped up to the next key frame.
  void HandleDecodeFailed(Timestamp now);
  // Sound must be decoded this long before it is heard: the audio device's own delay plus one
  // pull. The target delay covers it. Range [0, 1 s]; zero until told.
  void HandleAudioLead(TimeDelta lead, Timestamp now);
  // Ends: CloseStream (where one is open) and StateChanged{kEnded} without error follow at
  // once; nothing after them.
  void Stop(Timestamp now);

  [[nodiscard]] Output<Event> Poll();

  PlaySessionStats stats() const;
  PlayoutPosition position(Timestamp now) const;  // Of what it plays.
  // What a viewer who came now would find, while prepared.
  PreloadTier ready() const;
  DataSize held() const;  // Of media.

 private:
  class Core;
  std::unique_ptr<Core> core_;
};

}  // namespace onair::session
