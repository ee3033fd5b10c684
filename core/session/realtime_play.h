// SPDX-License-Identifier: Apache-2.0
//
// One viewer's session over a realtime protocol: connects, buffers as little as the network allows,
// decides when each frame is decoded and shown, reconnects. A machine (core/machine/datagram.h)
// over the stream and the sockets that it opens by events.
#pragma once

#include <algorithm>
#include <array>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "core/api/play_config.h"
#include "core/api/realtime_transport.h"
#include "core/base/rng.h"
#include "core/machine/timer_table.h"
#include "core/machine/trace.h"
#include "core/session/backoff.h"
#include "core/session/live_playout.h"
#include "core/session/play.h"

namespace onair::session {

// Single-owner. `trace` outlives it.
class RealtimePlay {
 public:
  using OpenStream = RealtimeTransport::OpenStream;
  using CloseStream = RealtimeTransport::CloseStream;
  using OpenSockets = RealtimeTransport::OpenSockets;
  using ResolveName = RealtimeTransport::ResolveName;
  struct CloseSockets {};  // Driver: all of them; nothing is told.
  // The rest means what it means in Play, but: sound behind a hole is decoded when it must be and
  // not sooner, and kAwaitingPublisher begins with the server's goodbye in the midst of media.
  using TracksChanged = Play::TracksChanged;
  using DecodeFrame = Play::DecodeFrame;
  using LineChanged = Play::LineChanged;
  using FlushDecoders = Play::FlushDecoders;
  using StateChanged = Play::StateChanged;
  using Event = std::variant<OpenStream, CloseStream, OpenSockets, CloseSockets, ResolveName,
                             TracksChanged, DecodeFrame, LineChanged, FlushDecoders, StateChanged>;

  // Makes the protocol machine for one attempt.
  using MakeTransport = std::function<std::unique_ptr<RealtimeTransport>(Timestamp now)>;

  // All of `config` but max_redirects. BufferMode::kAuto and kFast mean kRealtime.
  // connect_timeout runs until media may flow.
  RealtimePlay(const PlaySessionConfig& config, MakeTransport make_transport, Rng rng,
               TraceSink& trace);
  ~RealtimePlay();

  void HandleResolved(Timestamp now);      // Of the signalling's host.
  void HandleTcpConnected(Timestamp now);  // Both for the opening's stages only.
  void HandleConnected(Timestamp now);
  void HandleClosed(const Error& error, Timestamp now);
  void HandleBytes(ByteView in, Timestamp now);
  void HandleUnsent(DataSize unsent, Timestamp now);
  void HandleSocket(const SocketAddress& local, const std::string& interface, Timestamp now);
  void HandleSocketGone(const SocketAddress& local, Timestamp now);
  void HandleSocketsOpen(Timestamp now);
  void HandleNameResolved(const std::string& host, const std::vector<IpAddress>& addresses,
                          Timestamp now);
  void HandleDatagram(const Datagram& in, Timestamp now);
  void HandleTimeout(Timestamp now);
  // While media flows the transport looks for new paths. Else the next attempt begins at once, and
  // those before are forgotten.
  void HandleNetworkChanged(Timestamp now);

  void Start(Timestamp now);  // Once.
  // The decoder could not use what it got: video is dropped up to the next key frame, which is
  // asked for.
  void HandleDecodeFailed(Timestamp now);
  // As in Play.
  void HandleAudioLead(TimeDelta lead, Timestamp now);
  // Says goodbye; StateChanged{kEnded} without error follows within LimitFarewell(). Nothing is
  // decoded any more.
  void Stop(Timestamp now);
  // How long the farewell waits for the server's word: 1 s unless it is told before Stop().
  void LimitFarewell(TimeDelta at_most) { farewell_ = at_most; }

  [[nodiscard]] RealtimeOutput<Event> Poll();

  bool is_ended() const { return link_ == Link::kEnded; }
  PlaySessionStats stats() const;

 private:
  enum class Link {
    kIdle,        // Not started.
    kOpening,     // Signalling, paths, keys.
    kOpen,        // Media may flow.
    kWaiting,     // For the next attempt.
    kPlayingOut,  // The stream ended; what is buffered is still shown.
    kLeaving,     // The farewell is under way.
    kEnded,
  };
  enum class Timer { kConnect, kStall, kUsable, kRetry, kPlayOut, kLasting, kGap, kFarewell };
  static constexpr std::array<std::string_view, 8> kTimerNames = {
      "rts.connect",  "rts.stall",   "rts.usable",        "rts.retry",
      "rts.play_out", "rts.lasting", "rts.publisher_gap", "rts.farewell"};

  Timestamp Advance(Timestamp at) { return now_ = std::max(now_, at); }
  bool IsOver() const { return link_ == Link::kLeaving || link_ == Link::kEnded; }
  // The publisher left and is waited for.
  bool IsInGap() const { return timers_.is_set(Timer::kGap); }
  bool IsOpening() const { return !stats_.opening.first_key_frame; }

  void Attempt();
  void OnTransport(RealtimeTransport::Event&& event);
  void OnReady();
  void OnFrame(EncodedFrame frame);
  void OnClosed(const RealtimeTransport::Closed& closed);
  void OnPublisherLeft();
  void NoteBytes(std::size_t count);
  void NoteProgress();
  void AskForKey(const char* why);
  void PlayOut();
  void Fail(const Error& error, std::optional<TimeDelta> least_wait);
  void RetryInGap(const Error& error);
  void LeaveConnection();
  void StopAttemptTimers();
  void End(std::optional<Error> error);
  void Enter(PlayState state, std::optional<Error> error, TimeDelta retry_in);
  void Mark(std::optional<Timestamp>& stage, std::string_view name);
  // Hands on what the media half said, and follows its starts and stalls.
  void Sync();
  void Emit(Event event) { out_.emplace_back(std::move(event)); }

  const PlaySessionConfig config_;
  const MakeTransport make_transport_;
  Backoff backoff_;
  Backoff gap_backoff_;
  TraceSink& trace_;
  LivePlayout playout_;
  Timestamp now_ = Timestamp::MinusInfinity();
  Link link_ = Link::kIdle;
  std::unique_ptr<RealtimeTransport> transport_;
  TimerTable<Timer, kTimerNames.size()> timers_{kTimerNames};
  std::deque<Event> out_;  // Bounded by what one input releases.

  TimeDelta farewell_ = TimeDelta::Seconds(1);
  bool is_stream_secured_ = false;
  bool had_media_ = false;             // On this connection, and it could be decoded.
  bool has_asked_ = false;             // For a key frame, and none came since.
  DataSize unmet_ = DataSize::Zero();  // Received since the last frame or progress.
  std::int64_t starts_seen_ = 0;
  std::int64_t stalls_seen_ = 0;
  PlaySessionStats stats_;
};

}  // namespace onair::session
