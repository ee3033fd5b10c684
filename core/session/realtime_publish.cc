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

DataSize SizeOf(const EncodedFrame& frame) {
  return DataSize::Bytes(static_cast<std::int64_t>(frame.payload.size()));
}

}  // namespace

RealtimePublish::RealtimePublish(const PublishSessionConfig& config, MakeTransport make_transport,
                                 Rng rng, TraceSink& trace)
    : config_(config),
      make_transport_(std::move(make_transport)),
      backoff_(config.reconnect, rng),
      trace_(trace) {}
RealtimePublish::~RealtimePublish() = default;

void RealtimePublish::HandleConnected(Timestamp now) {
  Advance(now);
  if (transport_) transport_->HandleConnected(now_);
}
void RealtimePublish::HandleClosed(const Error& error, Timestamp now) {
  Advance(now);
  if (transport_) transport_->HandleClosed(error, now_);
}
void RealtimePublish::HandleBytes(ByteView in, Timestamp now) {
  Advance(now);
  if (transport_) transport_->HandleBytes(in, now_);
}
void RealtimePublish::HandleUnsent(DataSize unsent, Timestamp now) {
  Advance(now);
  if (transport_) transport_->HandleUnsent(unsent, now_);
}
void RealtimePublish::HandleSocket(const SocketAddress& local, const std::string& interface,
                                   Timestamp now) {
  Advance(now);
  if (transport_) transport_->HandleSocket(local, interface, now_);
}
void RealtimePublish::HandleSocketGone(const SocketAddress& local, Timestamp now) {
  Advance(now);
  if (transport_) transport_->HandleSocketGone(local, now_);
}
void RealtimePublish::HandleSocketsOpen(Timestamp now) {
  Advance(now);
  if (transport_) transport_->HandleSocketsOpen(now_);
}
void RealtimePublish::HandleNameResolved(const std::string& host,
                                         const std::vector<IpAddress>& addresses, Timestamp now) {
  Advance(now);
  if (transport_) transport_->HandleNameResolved(host, addresses, now_);
}
void RealtimePublish::HandleDatagram(const Datagram& in, Timestamp now) {
  Advance(now);
  if (transport_) transport_->HandleDatagram(in, now_);
}

void RealtimePublish::HandleTimeout(Timestamp now) {
  Advance(now);
  if (transport_) transport_->HandleTimeout(now_);
  if (timers_.TakeDue(Timer::kRetry, now_)) Attempt();
  if (timers_.TakeDue(Timer::kConnect, now_)) {
    Fail({ErrorCode::kConnectTimeout, "no media path"}, std::nullopt);
  }
  if (timers_.TakeDue(Timer::kKeyAsk, now_) && std::exchange(owes_key_, false)) {
    AskForKey("a viewer came after the last one");
  }
  if (timers_.TakeDue(Timer::kLasting, now_)) backoff_.Reset();
  if (timers_.TakeDue(Timer::kDecide, now_) && link_ == Link::kLive) {
    Decide({.at = now_, .packets = {}, .in_flight = in_flight_});
  }
  if (timers_.TakeDue(Timer::kFarewell, now_)) End(std::nullopt);
}

void RealtimePublish::HandleNetworkChanged(Timestamp now) {
  Advance(now);
  if (link_ == Link::kLive) return transport_->HandleNetworkChanged(now_);
  if (link_ != Link::kOpening && link_ != Link::kWaiting) return;
  backoff_.Reset();
  if (link_ == Link::kOpening) LeaveConnection();
  Attempt();
}

void RealtimePublish::SetController(std::unique_ptr<cc::Controller> controller) {
  controller_ = std::move(controller);
}

void RealtimePublish::Start(Timestamp now) {
  Advance(now);
  if (link_ != Link::kIdle) return;
  stats_.started_at = now_;
  Enter(PublishState::kConnecting, std::nullopt, TimeDelta::Zero());
  Attempt();
}

void RealtimePublish::SetTracks(const StreamTracks& tracks, Timestamp now) {
  Advance(now);
  tracks_ = tracks;
  if (!IsOpen()) return;
  if (const Status taken = transport_->SetTracks(tracks_, now_); !taken) {
    trace_.Decision(now_, "publish.tracks", "reconnect", "the peer agreed to another codec");
    LeaveConnection();
    Attempt();
  }
}

void RealtimePublish::Push(EncodedFrame frame, Timestamp now) {
  Advance(now);
  const bool is_video = frame.track() == TrackKind::kVideo;
  if (is_video) ++stats_.frames_queued;
  if (link_ != Link::kLive) {
    ++(is_video ? stats_.frames_dropped : stats_.audio_frames_dropped);
    return;
  }
  if (is_video) return SendVideo(frame);
  transport_->Send(frame, now_);
  ++stats_.audio_frames_sent;
  stats_.audio_bytes_sent += SizeOf(frame);
  if (stats_.audio_frames_sent == 1 && !tracks_.video) Emit(FirstFrameSent{});
}

void RealtimePublish::SendVideo(const EncodedFrame& frame) {
  if (needs_key_ && !frame.is_key()) {
    ++stats_.frames_dropped;
    return AskForKey("a connection begins with a key frame");
  }
  needs_key_ = false;
  transport_->Send(frame, now_);
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

void RealtimePublish::Stop(Timestamp now) {
  Advance(now);
  if (link_ == Link::kLeaving || link_ == Link::kEnded) return;
  timers_.StopAll();
  if (!transport_) return End(std::nullopt);
  link_ = Link::kLeaving;
  timers_.Set(Timer::kFarewell, now_ + farewell_);
  transport_->Close(now_);
}

// The transport's packets are borrowed, so nothing of them is kept here.
RealtimeOutput<RealtimePublish::Event> RealtimePublish::Poll() {
  for (;;) {
    if (!out_.empty()) {
      Event first = std::move(out_.front());
      out_.pop_front();
      return first;
    }
    if (!transport_) return timers_.Next();
    auto said = transport_->Poll();
    if (const auto* idle = std::get_if<Idle>(&said)) return Earlier(timers_.Next(), *idle);
    if (auto* transmit = std::get_if<Transmit>(&said)) {
      stats_.bytes_sent += DataSize::Bytes(static_cast<std::int64_t>(transmit->bytes.size()));
      return std::move(*transmit);
    }
    if (const auto* datagram = std::get_if<DatagramTransmit>(&said)) {
      stats_.bytes_sent += DataSize::Bytes(static_cast<std::int64_t>(datagram->bytes.size()));
      return *datagram;
    }
    OnTransport(std::get<RealtimeTransport::Event>(std::move(said)));
  }
}

void RealtimePublish::Attempt() {
  ++stats_.attempts;
  timers_.StopAll();
  transport_ = make_transport_(now_);
  if (!transport_) return End(Error{ErrorCode::kInternal, "no transport was made"});
  link_ = Link::kOpening;
  timers_.Set(Timer::kConnect, now_ + config_.connect_timeout);
  if (Status taken = transport_->SetTracks(tracks_, now_); !taken) return End(taken.error());
  transport_->Start(now_);
}

void RealtimePublish::OnTransport(RealtimeTransport::Event&& event) {
  using Transport = RealtimeTransport;
  if (auto* open = std::get_if<Transport::OpenStream>(&event)) return Emit(std::move(*open));
  if (std::holds_alternative<Transport::CloseStream>(event)) return Emit(CloseStream{});
  if (std::holds_alternative<Transport::OpenSockets>(event)) return Emit(OpenSockets{});
  if (auto* name = std::get_if<Transport::ResolveName>(&event)) return Emit(std::move(*name));
  if (const auto* closed = std::get_if<Transport::Closed>(&event)) {
    return link_ == Link::kLeaving ? End(std::nullopt) : Fail(closed->error, closed->retry_in);
  }
  if (link_ == Link::kLeaving) return;
  if (std::holds_alternative<Transport::Ready>(event)) return GoLive();
  if (std::holds_alternative<Transport::KeyFrameWanted>(event)) {
    return AskForKey("a viewer cannot go on");
  }
  if (const auto* feedback = std::get_if<Transport::Feedback>(&event)) {
    OnFeedback(feedback->report);
  }
}

void RealtimePublish::GoLive() {
  timers_.StopAll();
  timers_.Set(Timer::kLasting, now_ + kLastingSuccess);
  if (controller_) timers_.Set(Timer::kDecide, now_);
  link_ = Link::kLive;
  in_flight_ = DataSize::Zero();
  needs_key_ = true;
  if (stats_.live_at) ++stats_.reconnects;
  if (!stats_.live_at) stats_.live_at = now_;
  Enter(PublishState::kLive, std::nullopt, TimeDelta::Zero());
  if (tracks_.video) AskForKey("a connection begins with a key frame");
}

void RealtimePublish::Fail(const Error& error, std::optional<TimeDelta> least_wait) {
  LeaveConnection();
  if (Describe(error.code).retryable == Retryable::kNo) return End(error);
  const auto wait = backoff_.Next();
  if (!wait) return End(GivenUp(config_.reconnect, error));
  const TimeDelta longest = std::max(config_.reconnect.max_delay, *wait);
  const TimeDelta until = std::clamp(least_wait.value_or(*wait), *wait, longest);
  timers_.Set(Timer::kRetry, now_ + until);
  Enter(PublishState::kReconnecting, error, until);
}

void RealtimePublish::LeaveConnection() {
  timers_.StopAll();
  awaits_key_ = owes_key_ = false;
  transport_.reset();
  link_ = Link::kWaiting;
  quality_.Pause();
  Emit(CloseStream{});
  Emit(CloseSockets{});
}

void RealtimePublish::End(std::optional<Error> error) {
  if (transport_) LeaveConnection();
  timers_.StopAll();
  link_ = Link::kEnded;
  Enter(PublishState::kEnded, std::move(error), TimeDelta::Zero());
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
  if (link_ == Link::kLive) Decide(report);
}

void RealtimePublish::Decide(const cc::FeedbackReport& report) {
  if (!controller_) return;
  const auto decision = controller_->OnReport(report);
  const bool is_news = !decision_ || decision_->target_rate != decision.target_rate ||
                       decision_->intake != decision.intake || decision_->cause != decision.cause;
  decision_ = decision;
  timers_.Set(Timer::kDecide, decision.decide_again_at);
  transport_->Apply(decision, now_);
  TellApp(report);
  if (!is_news) return;
  trace_.Number(now_, "cc.target_kbps", decision.target_rate.kbps_f());
  trace_.Decision(now_, "cc.decision", decision.intake == Intake::kOpen ? "open" : "paused",
                  decision.reason);
  Emit(RateDecided{decision, DataSize::Zero()});
}

void RealtimePublish::TellApp(const cc::FeedbackReport& report) {
  cc::TcpReport alike{.at = now_};
  alike.written = arrived_;
  alike.queue_span = report.queue_span;
  alike.queue_size = report.queue_size;
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
