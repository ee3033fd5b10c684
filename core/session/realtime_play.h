// SPDX-License-Identifier: Apache-2.0
//
// One viewer's session over a realtime protocol: connects, buffers as little as the network allows,
// decides when each frame is decoded and shown, reconnects. A machine (core/machine/wires.h) over
// the streams and the sockets that it opens by orders.
#pragma once

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>

#include "core/api/play_config.h"
#include "core/base/rng.h"
#include "core/machine/timer_table.h"
#include "core/machine/trace.h"
#include "core/session/backoff.h"
#include "core/session/play.h"
#include "core/session/play_progress.h"
#include "core/session/realtime_link.h"

namespace onair::session {

// Single-owner, stays where it is. `trace` outlives it.
class RealtimePlay {
 public:
  // They mean what they mean in Play, but: sound behind a hole is decoded when it must be and not
  // sooner, and kAwaitingPublisher begins with the server's goodbye in the midst of media.
  using TracksChanged = Play::TracksChanged;
  using DecodeFrame = Play::DecodeFrame;
  using LineChanged = Play::LineChanged;
  using FlushDecoders = Play::FlushDecoders;
  using HidePictures = Play::HidePictures;
  using FrameArrived = Play::FrameArrived;
  using StateChanged = Play::StateChanged;
  using Event = PlayProgress::Said;

  // All of `config` but max_redirects. BufferMode::kAuto and kFast mean kRealtime.
  // connect_timeout runs until media may flow.
  RealtimePlay(const PlaySessionConfig& config, MakeRealtimeTransport make_transport, Rng rng,
               TraceSink& trace);

  void HandleWire(const WireInput& in, Timestamp now);
  void HandleTimeout(Timestamp now);
  // While media flows the transport looks for new paths. Else the next attempt begins at once, and
  // those before are forgotten. `from` as in Play.
  void HandleNetworkChanged(const std::optional<IpAddress>& from, Timestamp now);

  void Start(Timestamp now);  // Once.
  // As in Play.
  void StartBeside(Timestamp now);
  std::unique_ptr<PlayProgress> GiveUp(Timestamp now);
  void TakeOver(std::unique_ptr<PlayProgress> progress, HeldMedia media, Timestamp now);
  void SetLeastDelay(TimeDelta least) { playout().SetLeastDelay(least); }
  // Of the server, while media flows: repeated until one comes.
  void RequestKeyFrame(Timestamp now);
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

  bool is_ended() const { return phase_ == Phase::kEnded; }
  // And while goodbyes are said; nothing is taken over any more.
  bool is_over() const { return IsOver(); }
  PlaySessionStats stats() const;
  PlayoutPosition position(Timestamp now) const { return progress_->playout().position(now); }
  // Of the present connection.
  std::optional<RealtimeTransport::Arrivals> arrivals() const {
    return link_.is_open() ? link_->arrivals() : std::nullopt;
  }

 private:
  enum class Phase {
    kIdle,        // Not started.
    kOpening,     // Signalling, paths, keys.
    kOpen,        // Media may flow.
    kWaiting,     // For the next attempt.
    kPlayingOut,  // The stream ended; what is buffered is still shown.
    kLeaving,     // Goodbyes are under way, nothing else.
    kEnded,
  };
  enum class Timer { kConnect, kStall, kUsable, kRetry, kPlayOut, kLasting, kGap };
  static constexpr std::array<std::string_view, 7> kTimerNames = {
      "rts.connect",  "rts.stall",   "rts.usable",       "rts.retry",
      "rts.play_out", "rts.lasting", "rts.publisher_gap"};

  Timestamp Advance(Timestamp at) { return now_ = std::max(now_, at); }
  bool IsOver() const { return phase_ == Phase::kLeaving || phase_ == Phase::kEnded; }
  // The publisher left and is waited for.
  bool IsInGap() const { return timers_.is_set(Timer::kGap); }

  LivePlayout& playout() { return progress_->playout(); }
  bool Feed(EncodedFrame frame);

  template <typename Input>
  void Note(const Input& in);
  void NoteBytes(std::size_t count);
  void NoteSaid(const RealtimeOutput<RealtimeLink::Event>& told);
  void Attempt();
  void OnTransport(RealtimeTransport::Event&& event);
  void OnTracks(const StreamTracks& tracks);
  void OnReady();
  void OnFrame(EncodedFrame frame);
  void OnFailed(const RealtimeTransport::Failed& failed);
  void OnPublisherLeft();
  void NoteProgress();
  void AskForKey(const char* why);
  void PlayOut();
  void Fail(const Error& error, std::optional<TimeDelta> least_wait);
  void RetryInGap(const Error& error, std::optional<TimeDelta> least_wait);
  void LeaveConnection();
  void StopAttemptTimers();
  void End(std::optional<Error> error);
  void Enter(PlayState state, std::optional<Error> error, TimeDelta retry_in) {
    progress_->Enter(state, std::move(error), retry_in, now_);
  }
  void Sync();

  const PlaySessionConfig config_;
  RealtimeLink link_;
  Backoff backoff_;
  Backoff gap_backoff_;
  TraceSink& trace_;
  std::unique_ptr<PlayProgress> progress_;  // Of another session, since it took over.
  // Its frames are for others to hold: until it takes over, and once it gave up.
  std::optional<RealtimeTransport::PlayoutDelayAsked> asked_delay_;  // The latest.
  bool is_beside_ = false;
  TimeDelta shift_ = TimeDelta::Zero();  // From its positions to those of the line.
  Timestamp now_ = Timestamp::MinusInfinity();
  Phase phase_ = Phase::kIdle;
  TimerTable<Timer, kTimerNames.size()> timers_{kTimerNames};
  std::optional<IpAddress> from_;  // Where connections begin.
  TimeDelta farewell_ = TimeDelta::Seconds(1);
  std::optional<Error> reason_;  // Of the end, while goodbyes are said.
  StreamId signalling_ = {};     // Its stream, the newest.
  bool is_stream_secured_ = false;
  bool has_asked_ = false;  // For a key frame, and none came since.
};

}  // namespace onair::session
