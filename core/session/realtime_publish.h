// SPDX-License-Identifier: Apache-2.0
//
// One destination of a live publisher over a realtime protocol: connects, sends what the encoders
// give at once, lets a controller decide the rate, reconnects. Nothing waits here: what the network
// cannot take is not encoded. A machine (core/machine/wires.h) over the streams and the sockets
// that it opens by orders.
#pragma once

#include <algorithm>
#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <variant>

#include "core/api/congestion_control.h"
#include "core/api/publish_config.h"
#include "core/base/rng.h"
#include "core/machine/timer_table.h"
#include "core/machine/trace.h"
#include "core/session/backoff.h"
#include "core/session/network_quality.h"
#include "core/session/publish.h"
#include "core/session/realtime_link.h"

namespace onair::session {

// Single-owner. `trace` outlives it.
class RealtimePublish {
 public:
  // They mean what they mean in Publish.
  using StateChanged = Publish::StateChanged;
  using KeyFrameWanted = Publish::KeyFrameWanted;
  using FirstFrameSent = Publish::FirstFrameSent;
  using RateDecided = Publish::RateDecided;  // unsent_limit is zero: no socket is filled.
  using NetworkQualityChanged = Publish::NetworkQualityChanged;
  using RateChanged = Publish::RateChanged;
  using HandOverFailed = Publish::HandOverFailed;  // kLocalAddress.
  // Right after kLive: the peer takes no sound. It is dropped and counted, pictures go on.
  struct AudioRefused {};
  using Event = std::variant<StateChanged, KeyFrameWanted, FirstFrameSent, RateDecided,
                             NetworkQualityChanged, RateChanged, HandOverFailed, AudioRefused>;

  // Of `config`: connect_timeout, reconnect.
  RealtimePublish(const PublishSessionConfig& config, MakeRealtimeTransport make_transport, Rng rng,
                  TraceSink& trace);

  void HandleWire(const WireInput& in, Timestamp now);
  void HandleTimeout(Timestamp now);
  // Live: the transport looks for new paths. Else the next attempt begins at once, and those
  // before are forgotten. `from` as in Publish.
  void HandleNetworkChanged(const std::optional<IpAddress>& from, Timestamp now);

  // Who decides the rate, over all connections. Without one before Start() the rate stays; another
  // one later takes over with the next report.
  void SetController(std::unique_ptr<cc::Controller> controller);
  // In its place on connections whose peer tells of no packets; likewise.
  void SetReceptionController(std::unique_ptr<cc::ReceptionController> controller);

  // Goes live; once, and not before SetTracks().
  void Start(Timestamp now);
  // Decoder configurations; whenever an encoder restarts. Another codec means another connection.
  void SetTracks(const StreamTracks& tracks, Timestamp now);
  // One frame. Dropped and counted while not live, and pictures until the key frame that a new
  // connection begins with. Sound goes from the first on.
  void Push(EncodedFrame frame, Timestamp now);
  // Says goodbye; StateChanged{kEnded} without error follows within LimitFarewell().
  void Stop(Timestamp now);
  // How long the farewell waits for the server's word: 1 s unless it is told before Stop().
  void LimitFarewell(TimeDelta at_most) { farewell_ = at_most; }

  [[nodiscard]] RealtimeOutput<Event> Poll();

  bool is_ended() const { return phase_ == Phase::kEnded; }
  PublishSessionStats stats() const;

 private:
  enum class Phase { kIdle, kOpening, kLive, kWaiting, kLeaving, kEnded };
  enum class Timer { kConnect, kRetry, kKeyAsk, kLasting, kDecide };
  static constexpr std::array<std::string_view, 5> kTimerNames = {
      "rts.connect", "rts.retry", "rts.key_ask", "rts.lasting", "rts.decide"};

  Timestamp Advance(Timestamp at) { return now_ = std::max(now_, at); }
  bool IsOver() const { return phase_ == Phase::kLeaving || phase_ == Phase::kEnded; }
  void Attempt();
  void GoLive(const RealtimeTransport::Ready& ready);
  void Fail(const Error& error, std::optional<TimeDelta> least_wait);
  void LeaveConnection();
  void End(std::optional<Error> error);
  void Enter(PublishState state, std::optional<Error> error, TimeDelta retry_in);
  void OnTransport(RealtimeTransport::Event&& event);
  void OnFeedback(const cc::FeedbackReport& report);
  void Decide(const cc::FeedbackReport& report);
  bool IsByReception() const;
  void Obey(const cc::CongestionDecision& decision, const cc::FeedbackReport& report);
  void TellEncoder();
  void TellApp(const cc::FeedbackReport& report);
  void AskForKey(const char* why);
  DataSize UnderWay() const;
  void CountGiven(const EncodedFrame& frame);
  bool IsForOthers() const;
  void SendVideo(const EncodedFrame& frame);
  void SendAudio(const EncodedFrame& frame);
  void Emit(Event event) { out_.emplace_back(std::move(event)); }

  const PublishSessionConfig config_;
  RealtimeLink link_;
  Backoff backoff_;
  TraceSink& trace_;
  Timestamp now_ = Timestamp::MinusInfinity();
  Phase phase_ = Phase::kIdle;
  TimerTable<Timer, kTimerNames.size()> timers_{kTimerNames};
  std::deque<Event> out_;  // Bounded: a few per input.
  StreamTracks tracks_;
  std::optional<IpAddress> from_;  // Where connections begin.
  TimeDelta farewell_ = TimeDelta::Seconds(1);
  std::optional<Error> reason_;  // Of the end, while goodbyes are said.
  bool takes_audio_ = true;      // The peer of this connection.
  bool needs_key_ = true;        // Pictures are dropped until one comes.
  bool awaits_key_ = false;      // One was asked for and has not left.
  bool owes_key_ = false;        // One was wanted after the last, too early to ask again.

  std::unique_ptr<cc::Controller> controller_;
  std::unique_ptr<cc::ReceptionController> reception_;
  RealtimeTransport::Tells tells_ = RealtimeTransport::Tells::kPackets;  // This connection's peer.
  std::optional<cc::CongestionDecision> decision_;                       // The latest.
  DataSize arrived_ = DataSize::Zero();                                  // On all connections.
  Intake room_ = Intake::kOpen;         // What the transport has for pictures.
  std::optional<Timestamp> paused_at_;  // Since when the encoder has been told so.
  // As the latest feedback said: with something under way, no feedback means silence.
  DataSize in_flight_ = DataSize::Zero();
  // Media since that feedback. Nothing before a connection's first: not every peer tells.
  std::optional<DataSize> given_;
  NetworkQualityWatch quality_;
  RateNews rate_news_;
  PublishSessionStats stats_;
};

}  // namespace onair::session
