// SPDX-License-Identifier: Apache-2.0
//
// The connection half of a play session: opens, follows redirects, judges whether media still
// comes, retries. What to do with frames is LivePlayout's; gaps of the publisher and changes of
// network are in play_gap.cc. Private to the room.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/machine/timer_table.h"
#include "core/preload/held_gop.h"
#include "core/session/backoff.h"
#include "core/session/play.h"
#include "core/session/play_progress.h"

namespace onair::session {

// Methods as in Play.
class Play::Core {
 public:
  Core(const PlaySessionConfig& config, Url url, OpenPath open_path, Rng rng, TraceSink& trace);

  void HandleResolved(Timestamp at);
  void HandleTcpConnected(Timestamp at);
  void HandleConnected(Timestamp at);
  void HandleClosed(const Error& error, Timestamp at);
  void HandleBytes(ByteView in, Timestamp at);
  void HandleUnsent(DataSize unsent, Timestamp at);
  void HandleTimeout(Timestamp at);
  void HandleNetworkChanged(const std::optional<IpAddress>& from, Timestamp at);
  void Prepare(PreloadTier depth, DataSize gop_size, Timestamp at);
  void Start(Timestamp at);
  void StartBeside(Timestamp at);
  void TakeOver(std::unique_ptr<PlayProgress> progress, HeldMedia media, Timestamp at);
  std::unique_ptr<PlayProgress> GiveUp(Timestamp at);
  void SetLeastDelay(TimeDelta least) { playout().SetLeastDelay(least); }
  PlayoutPosition position(Timestamp at) const { return progress_->playout().position(at); }
  void HandleDecodeFailed(Timestamp at);
  void HandleAudioLead(TimeDelta lead, Timestamp at);
  void Stop(Timestamp at);
  Output<Event> Poll();
  PlaySessionStats stats() const;
  PreloadTier ready() const;
  DataSize held() const { return gop_ ? gop_->size() : DataSize::Zero(); }

 private:
  enum class Link {
    kIdle,        // Not started.
    kConnecting,  // OpenStream is out.
    kReady,       // Connected; prepared no further, nothing was asked for.
    kOpening,     // The request is out.
    kOpen,        // The server accepted it.
    kWaiting,     // For the next attempt.
    kPlayingOut,  // The stream ended; what is buffered is still shown.
    kEnded,
  };

  enum class Timer { kConnect, kStall, kUsable, kRetry, kPlayOut, kLasting, kGap };
  static constexpr std::array<std::string_view, 7> kTimerNames = {
      "play.connect",  "play.stall",   "play.usable",       "play.retry",
      "play.play_out", "play.lasting", "play.publisher_gap"};

  Timestamp Advance(Timestamp at) { return now_ = std::max(now_, at); }
  bool IsEnded() const { return link_ == Link::kEnded; }
  bool IsDriven() const { return link_ == Link::kOpening || link_ == Link::kOpen; }
  // The publisher left and is waited for.
  bool IsInGap() const { return timers_.is_set(Timer::kGap); }
  bool IsPrepared() const { return prepared_ > PreloadTier::kNone; }

  // play_prepare.cc
  void HoldOpen(EncodedFrame frame);
  void AskForStream();
  void LeaveStream();
  void NoteDoneAhead();
  void Pour();

  LivePlayout& playout() { return progress_->playout(); }
  bool Feed(EncodedFrame frame);

  void OpenNext();
  void Open(const Url& url);
  void Follow(const std::string& address);
  void OnTransport(PlayTransport::Event event);
  void OnFrame(EncodedFrame frame);
  void OnPublisherLeft();
  void NoteProgress();
  void PlayOut();
  void Fail(const Error& error);
  void RetryInGap(const Error& error);
  void End(std::optional<Error> error);
  void Enter(PlayState state, std::optional<Error> error, TimeDelta retry_in);
  void SayGoodbye();
  void StopAttemptTimers();
  void CloseStreamIfOpen();
  void Mark(PlayProgress::Stage stage, std::string_view name) {
    progress_->Mark(stage, name, now_);
  }

  void DrainTransport();
  void Sync();
  void Tell();
  void Emit(Event event) { out_.emplace_back(std::move(event)); }

  PlaySessionConfig config_;
  Url url_;
  Url opened_;    // What the present connection leads to.
  Url moved_to_;  // In the midst of media.
  int moved_tries_ = 0;
  std::optional<IpAddress> from_;  // Where connections begin.
  OpenPath open_path_;
  Backoff backoff_;
  Backoff gap_backoff_;
  TraceSink& trace_;
  std::unique_ptr<PlayProgress> progress_;  // Of another session, since it took over.
  // Its frames are for others to hold: until it takes over, and once it gave up.
  bool is_beside_ = false;
  TimeDelta shift_ = TimeDelta::Zero();  // From its positions to those of the line.
  Timestamp now_ = Timestamp::MinusInfinity();
  Link link_ = Link::kIdle;
  bool is_stream_open_ = false;
  PreloadTier prepared_ = PreloadTier::kNone;
  std::optional<preload::HeldGop> gop_;  // While prepared.
  int redirects_ = 0;                    // In a row.
  Security security_ = Security::kPlain;
  std::unique_ptr<PlayTransport> transport_;
  Idle transport_idle_;
  TimerTable<Timer, kTimerNames.size()> timers_{kTimerNames};
  std::deque<Output<Event>> out_;  // Bounded by what one input releases.
};

}  // namespace onair::session
