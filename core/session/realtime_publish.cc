// SPDX-License-Identifier: Apache-2.0
#include "core/session/realtime_publish.h"

#include <algorithm>
#include <utility>

#include "core/session/state_names.h"

namespace onair::session {
namespace {

// As in Publish, for the same reasons.
constexpr TimeDelta kKeyAskInterval = TimeDelta::Millis(300);
constexpr TimeDelta kLastingSuccess = TimeDelta::Seconds(10);
// A picture may take the line for so long, where the controller says nothing else: a key frame then
// costs two pictures that are skipped behind it, which nobody takes for a freeze.
// Source: ours; three pictures of thirty a second.
constexpr TimeDelta kLongestPicture = TimeDelta::Millis(100);
// What was under way in the encoder when the intake was paused is here by then.
constexpr TimeDelta kInEncoder = TimeDelta::Millis(100);

DataSize SizeOf(const EncodedFrame& frame) {
  return DataSize::Bytes(static_cast<std::int64_t>(frame.payload.size()));
}

// What it puts on the wire.
DataSize SizeOf(const RealtimeOutput<RealtimeLink::Event>& said) {
  std::size_t size = 0;
  if (const auto* transmit = std::get_if<StreamTransmit>(&said)) size = transmit->bytes.size();
  if (const auto* datagram = std::get_if<DatagramTransmit>(&said)) size = datagram->bytes.size();
  return DataSize::Bytes(static_cast<std::int64_t>(size));
}

}  // namespace

RealtimePublish::RealtimePublish(const PublishSessionConfig& config,
                                 MakeRealtimeTransport make_transport, Rng rng, TraceSink& trace)
    : config_(config),
      link_(std::move(make_transport)),
      backoff_(config.reconnect, rng),
      trace_(trace) {}

void RealtimePublish::HandleWire(const WireInput& in, Timestamp now) {
  Advance(now);
  link_.HandleWire(in, now_);
}

void RealtimePublish::HandleTimeout(Timestamp now) {
  Advance(now);
  link_.HandleTimeout(now_);
  if (timers_.TakeDue(Timer::kRetry, now_)) Attempt();
  if (timers_.TakeDue(Timer::kConnect, now_)) Fail(link_->Obstacle(), std::nullopt);
  if (timers_.TakeDue(Timer::kKeyAsk, now_) && std::exchange(owes_key_, false)) {
    AskForKey("a viewer came after the last one");
  }
  if (timers_.TakeDue(Timer::kLasting, now_)) backoff_.Reset();
  if (timers_.TakeDue(Timer::kDecide, now_) && phase_ == Phase::kLive) {
    Decide({.at = now_, .packets = {}, .in_flight = UnderWay()});
  }
}

void RealtimePublish::HandleNetworkChanged(const std::optional<IpAddress>& from, Timestamp now) {
  Advance(now);
  from_ = from;
  if (phase_ == Phase::kLive) return link_->HandleNetworkChanged(from_, now_);
  if (phase_ != Phase::kOpening && phase_ != Phase::kWaiting) return;
  backoff_.Reset();
  LeaveConnection();
  Attempt();
}

void RealtimePublish::SetController(std::unique_ptr<cc::Controller> controller) {
  controller_ = std::move(controller);
}

void RealtimePublish::SetReceptionController(std::unique_ptr<cc::ReceptionController> controller) {
  reception_ = std::move(controller);
}

void RealtimePublish::Start(Timestamp now) {
  Advance(now);
  if (phase_ != Phase::kIdle) return;
  stats_.started_at = now_;
  Enter(PublishState::kConnecting, std::nullopt, TimeDelta::Zero());
  Attempt();
}

void RealtimePublish::SetTracks(const StreamTracks& tracks, Timestamp now) {
  Advance(now);
  tracks_ = tracks;
  if (!link_.is_open()) return;
  if (const Status taken = link_->SetTracks(tracks_, now_); !taken) {
    trace_.Decision(now_, "publish.tracks", "reconnect", "the peer agreed to another codec");
    LeaveConnection();
    Attempt();
  }
}

void RealtimePublish::Push(EncodedFrame frame, Timestamp now) {
  Advance(now);
  const bool is_video = frame.track() == TrackKind::kVideo;
  if (is_video) ++stats_.frames_queued;
  if (phase_ != Phase::kLive || (!is_video && !takes_audio_)) {
    ++(is_video ? stats_.frames_dropped : stats_.audio_frames_dropped);
    return;
  }
  return is_video ? SendVideo(frame) : SendAudio(frame);
}

void RealtimePublish::SendAudio(const EncodedFrame& frame) {
  link_->Send(frame, now_);
  CountGiven(frame);
  ++stats_.audio_frames_sent;
  stats_.audio_bytes_sent += SizeOf(frame);
  if (stats_.audio_frames_sent == 1 && !tracks_.video) Emit(FirstFrameSent{});
}

void RealtimePublish::SendVideo(const EncodedFrame& frame) {
  // What leaves on a line that stands finds out whether it moves again, whatever it is.
  const bool stands = quality_.carriage() == Carriage::kStands;
  if (IsForOthers()) {
    needs_key_ = true;
    ++stats_.frames_dropped;
    return;
  }
  if (needs_key_ && !frame.is_key() && !stands) {
    ++stats_.frames_dropped;
    return AskForKey("a connection begins with a key frame");
  }
  if (!stands) needs_key_ = false;
  link_->Send(frame, now_);
  CountGiven(frame);
  ++stats_.frames_sent;
  stats_.video_bytes_sent += SizeOf(frame);
  if (frame.is_key()) {
    ++stats_.key_frames_sent;
    awaits_key_ = false;
  }
  if (stats_.first_frame_at) return;
  stats_.first_frame_at = now_;
  Emit(FirstFrameSent{});
}

// A line that stands does not stop an encoder that others share: their pictures come here too.
bool RealtimePublish::IsForOthers() const {
  return quality_.carriage() == Carriage::kStands && paused_at_ && now_ - *paused_at_ > kInEncoder;
}

void RealtimePublish::Stop(Timestamp now) {
  Advance(now);
  link_.Leave(farewell_, now_);
  if (!IsOver()) End(std::nullopt);
}

// The transport's packets are borrowed, so nothing of them is kept here.
RealtimeOutput<RealtimePublish::Event> RealtimePublish::Poll() {
  for (;;) {
    if (!out_.empty()) {
      Event first = std::move(out_.front());
      out_.pop_front();
      return first;
    }
    auto told = link_.Poll();
    if (auto* event = std::get_if<RealtimeTransport::Event>(&told)) {
      OnTransport(std::move(*event));
    } else if (const auto* idle = std::get_if<Idle>(&told)) {
      if (phase_ != Phase::kLeaving || !link_.is_quiet()) return Earlier(*idle, timers_.Next());
      phase_ = Phase::kEnded;
      Enter(PublishState::kEnded, std::exchange(reason_, std::nullopt), TimeDelta::Zero());
    } else {
      stats_.bytes_sent += SizeOf(told);
      return HandOn<Event>(std::move(told));
    }
  }
}

PublishSessionStats RealtimePublish::stats() const {
  PublishSessionStats stats = stats_;
  stats.farewells_cut = link_.farewells_cut();
  return stats;
}

void RealtimePublish::Attempt() {
  ++stats_.attempts;
  timers_.StopAll();
  if (!link_.Open(now_)) return End(Error{ErrorCode::kInternal, "no transport was made"});
  phase_ = Phase::kOpening;
  timers_.Set(Timer::kConnect, now_ + config_.connect_timeout);
  if (Status taken = link_->SetTracks(tracks_, now_); !taken) return End(taken.error());
  if (from_) link_->HandleNetworkChanged(from_, now_);
  link_->Start(now_);
}

void RealtimePublish::OnTransport(RealtimeTransport::Event&& event) {
  using Transport = RealtimeTransport;
  if (const auto* failed = std::get_if<Transport::Failed>(&event)) {
    return Fail(failed->error, failed->retry_in);
  }
  if (const auto* ready = std::get_if<Transport::Ready>(&event)) return GoLive(*ready);
  if (std::holds_alternative<Transport::KeyFrameWanted>(event)) {
    return AskForKey("a viewer cannot go on");
  }
  if (const auto* refused = std::get_if<Transport::NetworkRefused>(&event)) {
    from_.reset();
    return Emit(HandOverFailed{refused->error});
  }
  if (const auto* wanted = std::get_if<Transport::IntakeWanted>(&event)) {
    room_ = wanted->intake;
    return TellEncoder();
  }
  if (const auto* feedback = std::get_if<Transport::Feedback>(&event)) {
    return OnFeedback(feedback->report);
  }
  const auto* told = std::get_if<Transport::Reception>(&event);
  if (told != nullptr && phase_ == Phase::kLive && IsByReception()) {
    Obey(reception_->OnReport(told->report), {.at = now_, .packets = {}});
  }
}

void RealtimePublish::GoLive(const RealtimeTransport::Ready& ready) {
  timers_.StopAll();
  timers_.Set(Timer::kLasting, now_ + kLastingSuccess);
  if (controller_ || reception_) timers_.Set(Timer::kDecide, now_);
  phase_ = Phase::kLive;
  in_flight_ = DataSize::Zero();
  given_.reset();
  room_ = Intake::kOpen;
  needs_key_ = true;
  takes_audio_ = !ready.is_audio_refused;
  tells_ = ready.tells;
  if (tells_ == RealtimeTransport::Tells::kReception) {
    trace_.Decision(now_, "publish.feedback", "reception", "the peer tells of no packets");
  }
  if (stats_.live_at) ++stats_.reconnects;
  if (!stats_.live_at) stats_.live_at = now_;
  Enter(PublishState::kLive, std::nullopt, TimeDelta::Zero());
  if (!takes_audio_) Emit(AudioRefused{});
  if (tracks_.video) AskForKey("a connection begins with a key frame");
}

void RealtimePublish::Fail(const Error& error, std::optional<TimeDelta> least_wait) {
  LeaveConnection();
  if (error.code == ErrorCode::kLocalAddress) from_.reset();  // Any way is better than none.
  if (Describe(error.code).retryable == Retryable::kNo) return End(error);
  const auto wait = backoff_.Next(least_wait);
  if (!wait) return End(GivenUp(config_.reconnect, error));
  timers_.Set(Timer::kRetry, now_ + *wait);
  Enter(PublishState::kReconnecting, error, *wait);
}

void RealtimePublish::LeaveConnection() {
  timers_.StopAll();
  awaits_key_ = owes_key_ = false;
  if (link_.is_open()) link_.Leave(RealtimeLink::kParting, now_);
  phase_ = Phase::kWaiting;
  quality_.Pause();
}

// Told when the goodbyes are said.
void RealtimePublish::End(std::optional<Error> error) {
  LeaveConnection();
  phase_ = Phase::kLeaving;
  reason_ = std::move(error);
}

void RealtimePublish::Enter(PublishState state, std::optional<Error> error, TimeDelta retry_in) {
  stats_.state = state;
  trace_.Decision(now_, "publish.state", NameOf(state),
                  error ? Describe(error->code).name : std::string_view("ok"));
  Emit(StateChanged{state, std::move(error), retry_in});
}

void RealtimePublish::OnFeedback(const cc::FeedbackReport& report) {
  for (const cc::PacketFate& packet : report.packets) {
    if (packet.arrived_at) arrived_ += packet.size;
  }
  in_flight_ = report.in_flight;
  given_ = DataSize::Zero();
  if (phase_ == Phase::kLive) Decide(report);
}

// Between feedbacks: at least something, where something left since.
DataSize RealtimePublish::UnderWay() const {
  return in_flight_ > DataSize::Zero() ? in_flight_ : given_.value_or(DataSize::Zero());
}

void RealtimePublish::CountGiven(const EncodedFrame& frame) {
  if (given_) *given_ += SizeOf(frame);
}

bool RealtimePublish::IsByReception() const {
  return reception_ && tells_ == RealtimeTransport::Tells::kReception;
}

void RealtimePublish::Decide(const cc::FeedbackReport& report) {
  if (IsByReception()) return Obey(reception_->OnTime(now_), report);
  if (controller_) Obey(controller_->OnReport(report), report);
}

void RealtimePublish::Obey(const cc::CongestionDecision& decision,
                           const cc::FeedbackReport& report) {
  const bool is_news = !decision_ || decision_->target_rate != decision.target_rate ||
                       decision_->intake != decision.intake || decision_->cause != decision.cause ||
                       decision_->frame_limit != decision.frame_limit;
  const Carriage before = quality_.carriage();
  decision_ = decision;
  timers_.Set(Timer::kDecide, decision.decide_again_at);
  link_->Apply(decision, now_);
  TellApp(report);
  if (quality_.carriage() != before) {
    TellEncoder();
    if (quality_.carriage() == Carriage::kMoves && needs_key_) AskForKey("the line moves again");
  }
  if (!is_news) return;
  trace_.Number(now_, "cc.target_kbps", decision.target_rate.kbps_f());
  trace_.Decision(now_, "cc.decision", decision.intake == Intake::kOpen ? "open" : "paused",
                  decision.reason);
  TellEncoder();
}

// Nothing waits for long, so a picture that the line cannot take soon is better small, and one that
// finds others before it better not encoded.
void RealtimePublish::TellEncoder() {
  if (!decision_) return;
  cc::CongestionDecision told = *decision_;
  if (!told.frame_limit && told.pacing_rate) {
    told.frame_limit = *told.pacing_rate * kLongestPicture;
  }
  if (room_ == Intake::kPaused) told.intake = Intake::kPaused;
  const bool is_open = told.intake == Intake::kOpen;
  if (is_open || !paused_at_) paused_at_ = is_open ? std::nullopt : std::optional(now_);
  Emit(RateDecided{told, quality_.carriage(), DataSize::Zero()});
}

void RealtimePublish::TellApp(const cc::FeedbackReport& report) {
  cc::TcpReport alike{.at = now_};
  alike.written = arrived_;
  alike.queue_span = report.queue_span;
  alike.queue_size = report.queue_size;
  alike.socket.unacked = report.in_flight;
  if (const auto news = quality_.OnDecision(alike, *decision_)) {
    const bool is_poor = news->quality == NetworkQuality::kPoor;
    trace_.Decision(now_, "publish.network", is_poor ? "poor" : "good", NameOf(news->trouble));
    Emit(NetworkQualityChanged{news->quality, news->trouble});
  }
  if (rate_news_.IsNews(decision_->target_rate, now_)) {
    Emit(RateChanged{decision_->target_rate, decision_->cause});
  }
}

void RealtimePublish::AskForKey(const char* why) {
  if (timers_.is_set(Timer::kKeyAsk)) {
    // One that has yet to leave serves this wish too; behind it nobody may ask twice.
    owes_key_ = owes_key_ || !awaits_key_;
    return;
  }
  timers_.Set(Timer::kKeyAsk, now_ + kKeyAskInterval);
  awaits_key_ = true;
  trace_.Decision(now_, "publish.key_frame", "wanted", why);
  Emit(KeyFrameWanted{});
}

}  // namespace onair::session
