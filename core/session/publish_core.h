// SPDX-License-Identifier: Apache-2.0
//
// The connection half of a publish session: opens, follows redirects, sends what the queue gives,
// judges whether the peer still takes it, retries. How it changes its connection while live is in
// publish_hand_over.cc. Private to the room.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/machine/timer_table.h"
#include "core/session/backoff.h"
#include "core/session/encoder_output.h"
#include "core/session/network_quality.h"
#include "core/session/path_watch.h"
#include "core/session/publish.h"
#include "core/session/publish_queue.h"
#include "core/session/socket_backlog.h"
#include "core/session/track_versions.h"

namespace onair::session {

// Methods as in Publish.
class Publish::Core {
 public:
  Core(const PublishSessionConfig& config, Path home, FindPath find_path, Rng rng,
       TraceSink& trace);

  void HandleConnected(Timestamp at);
  void HandleClosed(const Error& error, Timestamp at);
  void HandleBytes(ByteView in, Timestamp at);
  void HandleUnsent(DataSize unsent, Timestamp at);
  void HandleSocketFacts(const SocketFacts& facts, Timestamp at);
  void HandleTimeout(Timestamp at);
  void HandleStandbyConnected(Timestamp at);
  void HandleStandbyClosed(const Error& error, Timestamp at);
  void HandleStandbyBytes(ByteView in, Timestamp at);
  void HandleNetworkChanged(const std::optional<IpAddress>& from, Timestamp at);
  void SetController(std::unique_ptr<cc::Controller> controller);
  void Start(Timestamp at);
  void SetTracks(const StreamTracks& tracks, Timestamp at);
  void Push(EncodedFrame frame, Timestamp at);
  void RefreshUrl(const std::string& address, Timestamp at);
  void Stop(Timestamp at);
  Output<Event> Poll();
  PublishSessionStats stats() const;

 private:
  enum class Link {
    kIdle,        // Not started.
    kConnecting,  // OpenStream is out.
    kOpening,     // The protocol negotiates.
    kLive,
    kWaiting,  // For the next attempt.
    kEnded,
  };
  enum class Stream { kOpen, kGone };
  enum class Timer {
    kConnect,
    kRetry,
    kWriteStall,
    kKeyAsk,
    kKeyWait,
    kDropReport,
    kLasting,
    kDecide,
    kStandby,  // The next step of a hand-over.
    kQuiet,
    kUrl
  };
  static constexpr std::array<std::string_view, 11> kTimerNames = {
      "publish.connect",  "publish.retry",       "publish.write_stall", "publish.key_ask",
      "publish.key_wait", "publish.drop_report", "publish.lasting",     "publish.decide",
      "publish.standby",  "publish.quiet",       "publish.url"};

  enum class Why { kNetworkChanged = 1, kRequested, kQuiet };
  enum class Stage {
    kNone = 1,
    kPreparing,   // Waits for an address or for the next attempt.
    kConnecting,  // OpenStandby is out.
    kOpening,     // The protocol negotiates.
    kAccepted,    // Media moves with the next key frame.
  };
  struct HandOver {
    HandOver(const ReconnectConfig& config, Rng rng);

    Stage stage = Stage::kNone;
    Why why = Why::kNetworkChanged;
    std::optional<Path> target;  // Where the server sent us; empty: home.
    Path path;                   // Of the present attempt.
    std::optional<IpAddress> from;
    std::unique_ptr<PublishTransport> transport;
    Idle transport_idle;
    Timestamp opened_at = Timestamp::MinusInfinity();
    Backoff backoff;
  };
  static std::string_view TextOf(Why why);
  static Endpoint Begin(Endpoint to, const std::optional<IpAddress>& from);

  Timestamp Advance(Timestamp at) { return now_ = std::max(now_, at); }
  bool IsEnded() const { return link_ == Link::kEnded; }
  bool HasRoom() const;
  DataSize UnsentLimit() const;

  void Connect();
  void Follow(const std::string& address);
  // What an address that the peer gave means, if it may be followed from `from`.
  Result<Path> Elsewhere(const std::string& address, const Path& from);
  void GoLive();
  // The present connection was accepted: media begins anew on it.
  void BeginSending();
  // Sound waits no longer for a first key frame; video gives way from now on.
  void StartSending();
  void Fail(const Error& error, Stream stream);
  // What belonged to a connection goes; what waits for the next one stays.
  void LeaveConnection();
  void SayGoodbye();
  void End(std::optional<Error> error);
  void Enter(PublishState state, std::optional<Error> error, TimeDelta retry_in);

  bool HasStandby() const {
    return hand_over_.stage != Stage::kNone && hand_over_.stage != Stage::kPreparing;
  }
  void OnReconnectRequest(const std::string& address);
  void BeginHandOver(Why why, std::optional<Path> target, const std::optional<IpAddress>& from);
  void OpenStandbyIfReady();
  void OpenStandby();
  void OnStandbyTime();
  void DrainStandby();
  void OnStandby(const PublishTransport::Event& event);
  bool MustBreakFirst(const Error& error) const;
  void StandbyFailed(const Error& error, Stream stream);
  void BreakFirst(const Error& error);
  void LeaveStandby();
  void LeaveStandbyIfNotNeeded();
  void Promote();
  bool FailOverToStandby(const Error& error);
  void TakeStandby();
  void MoveMedia();

  void AskForUrl(UrlReason why);
  void OnUrlSettled();
  void AttemptIfReady();
  bool MayHelp(const Error& error) const;

  // Everything that may follow from one input.
  void Pump();
  void DrainTransport();
  void OnTransport(const PublishTransport::Event& event);
  const PublishQueue::Item* NextToSend();
  void SendOne(PublishQueue::Item item);
  std::int64_t NeededBy(const PublishQueue::Item& item) const;
  void ApplyTracks(std::int64_t version);
  void AskForKey();
  void FailIfTooSlow();
  // Asks the controller; while live only.
  void Decide();
  cc::TcpReport Report() const;
  // What the app hears of a decision.
  void TellApp(const cc::TcpReport& report, const cc::CongestionDecision& decision);
  void WatchProgress();
  DataSize Underway() const;
  void Count(const PublishQueue::Dropped& dropped);
  void ReportDrops();
  void Emit(Event event) { out_.emplace_back(std::move(event)); }

  PublishSessionConfig config_;
  Path home_;
  Path path_;                      // Of the present attempt: home, or where redirects led.
  std::optional<IpAddress> from_;  // Where the present connection begins, and attempts do.
  FindPath find_path_;
  Backoff backoff_;
  TraceSink& trace_;
  Timestamp now_ = Timestamp::MinusInfinity();
  Link link_ = Link::kIdle;
  int redirects_ = 0;  // In a row.
  std::unique_ptr<PublishTransport> transport_;
  Idle transport_idle_;
  TimerTable<Timer, kTimerNames.size()> timers_{kTimerNames};
  // Bounded: events are few per input, bytes by unsent_limit plus one frame.
  std::deque<Output<Event>> out_;

  PublishQueue queue_;
  TrackVersions tracks_;
  std::int64_t applied_version_ = 0;  // On this connection.
  bool opens_with_key_ = false;       // Nothing has been sent on this connection yet.
  SocketBacklog backlog_;
  PathWatch watch_;
  std::int64_t drops_to_report_ = 0;
  PublishSessionStats stats_;

  HandOver hand_over_;
  std::optional<MediaTime> line_start_;  // dts of the first frame that was sent.
  std::string answered_url_;             // By RefreshUrl(); a secret.
  std::optional<Error> refused_;         // Ends the session unless a new address comes.

  std::unique_ptr<cc::Controller> controller_;
  std::optional<cc::CongestionDecision> decision_;  // The latest.
  SocketFacts facts_;                               // Of this connection.
  DataSize written_before_ = DataSize::Zero();      // bytes_sent of earlier connections.
  EncoderOutput encoder_output_;
  NetworkQualityWatch quality_;
  RateNews rate_news_;
};

}  // namespace onair::session
