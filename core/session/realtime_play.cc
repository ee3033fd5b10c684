// SPDX-License-Identifier: Apache-2.0
#include "core/session/realtime_play.h"

#include <utility>

#include "core/session/state_names.h"

namespace onair::session {
namespace {

// As in Play, for the same reasons.
constexpr TimeDelta kLastingSuccess = TimeDelta::Seconds(5);
constexpr DataSize kProgress = DataSize::Kibibytes(16);

PlaySessionConfig InRealtime(PlaySessionConfig config) {
  const bool is_automatic =
      config.buffer == BufferMode::kAuto || config.buffer == BufferMode::kFast;
  if (is_automatic) config.buffer = BufferMode::kRealtime;
  return config;
}

}  // namespace

RealtimePlay::RealtimePlay(const PlaySessionConfig& config, MakeTransport make_transport, Rng rng,
                           TraceSink& trace)
    : config_(InRealtime(config)),
      make_transport_(std::move(make_transport)),
      backoff_(config.reconnect, rng),
      gap_backoff_(LooksForPublisher(config.reconnect), Rng(rng.Next())),
      trace_(trace),
      playout_(config_, PlayoutStyle::OfDatagrams(), trace) {}
RealtimePlay::~RealtimePlay() = default;

void RealtimePlay::HandleResolved(Timestamp now) {
  Advance(now);
  if (link_ == Link::kOpening) Mark(stats_.opening.resolved, "play.resolve");
}
void RealtimePlay::HandleTcpConnected(Timestamp now) {
  Advance(now);
  if (link_ == Link::kOpening) Mark(stats_.opening.connected, "play.connect");
}
void RealtimePlay::HandleConnected(Timestamp now) {
  Advance(now);
  if (link_ == Link::kOpening) {
    Mark(stats_.opening.connected, "play.connect");
    if (is_stream_secured_) Mark(stats_.opening.secured, "play.secure");
  }
  if (transport_) transport_->HandleConnected(now_);
}
void RealtimePlay::HandleClosed(const Error& error, Timestamp now) {
  Advance(now);
  if (transport_) transport_->HandleClosed(error, now_);
}
void RealtimePlay::HandleBytes(ByteView in, Timestamp now) {
  Advance(now);
  if (!transport_) return;
  stats_.bytes_received += DataSize::Bytes(static_cast<std::int64_t>(in.size()));
  if (link_ == Link::kOpening) Mark(stats_.opening.first_byte, "play.first_byte");
  transport_->HandleBytes(in, now_);
}
void RealtimePlay::HandleUnsent(DataSize unsent, Timestamp now) {
  Advance(now);
  if (transport_) transport_->HandleUnsent(unsent, now_);
}
void RealtimePlay::HandleSocket(const SocketAddress& local, const std::string& interface,
                                Timestamp now) {
  Advance(now);
  if (transport_) transport_->HandleSocket(local, interface, now_);
}
void RealtimePlay::HandleSocketGone(const SocketAddress& local, Timestamp now) {
  Advance(now);
  if (transport_) transport_->HandleSocketGone(local, now_);
}
void RealtimePlay::HandleSocketsOpen(Timestamp now) {
  Advance(now);
  if (transport_) transport_->HandleSocketsOpen(now_);
}
void RealtimePlay::HandleNameResolved(const std::string& host,
                                      const std::vector<IpAddress>& addresses, Timestamp now) {
  Advance(now);
  if (transport_) transport_->HandleNameResolved(host, addresses, now_);
}
void RealtimePlay::HandleDatagram(const Datagram& in, Timestamp now) {
  Advance(now);
  if (!transport_) return;
  NoteBytes(in.bytes.size());
  transport_->HandleDatagram(in, now_);
}

void RealtimePlay::HandleTimeout(Timestamp now) {
  Advance(now);
  if (is_ended()) return;
  if (transport_) transport_->HandleTimeout(now_);
  if (!IsOver()) playout_.OnTime(now_);
  if (timers_.TakeDue(Timer::kLasting, now_)) backoff_.Reset();
  if (timers_.TakeDue(Timer::kGap, now_)) PlayOut();
  if (timers_.TakeDue(Timer::kRetry, now_)) Attempt();
  if (timers_.TakeDue(Timer::kConnect, now_)) {
    Fail({ErrorCode::kConnectTimeout, "no media path"}, std::nullopt);
  }
  if (timers_.TakeDue(Timer::kStall, now_) || timers_.TakeDue(Timer::kUsable, now_)) {
    Fail({ErrorCode::kStalled, "no media"}, std::nullopt);
  }
  Sync();
  if (timers_.TakeDue(Timer::kPlayOut, now_)) End(Error{ErrorCode::kStreamEnded, ""});
  if (timers_.TakeDue(Timer::kFarewell, now_)) End(std::nullopt);
}

void RealtimePlay::HandleNetworkChanged(Timestamp now) {
  Advance(now);
  trace_.Decision(now_, "play.path", "changed", "");
  if (link_ == Link::kOpen) return transport_->HandleNetworkChanged(now_);
  if (link_ != Link::kOpening && link_ != Link::kWaiting) return;
  backoff_.Reset();
  if (link_ == Link::kOpening) LeaveConnection();
  Attempt();
}

void RealtimePlay::Start(Timestamp now) {
  Advance(now);
  if (link_ != Link::kIdle) return;
  stats_.opening.started = now_;
  Enter(PlayState::kConnecting, std::nullopt, TimeDelta::Zero());
  Attempt();
}

void RealtimePlay::HandleDecodeFailed(Timestamp now) {
  Advance(now);
  if (IsOver()) return;
  playout_.OnDecodeFailed(now_);
  if (playout_.awaits_key()) AskForKey("decode failed");
  Sync();
}

void RealtimePlay::HandleAudioLead(TimeDelta lead, Timestamp now) {
  Advance(now);
  playout_.SetAudioLead(lead);
}

void RealtimePlay::Stop(Timestamp now) {
  Advance(now);
  if (IsOver()) return;
  timers_.StopAll();
  if (!transport_) return End(std::nullopt);
  Sync();
  link_ = Link::kLeaving;
  timers_.Set(Timer::kFarewell, now_ + farewell_);
  transport_->Close(now_);
}

RealtimeOutput<RealtimePlay::Event> RealtimePlay::Poll() {
  for (;;) {
    if (!out_.empty()) {
      Event first = std::move(out_.front());
      out_.pop_front();
      return first;
    }
    const Idle own = IsOver() ? timers_.Next() : Earlier(timers_.Next(), playout_.Next());
    if (!transport_) return own;
    auto said = transport_->Poll();
    if (const auto* idle = std::get_if<Idle>(&said)) return Earlier(own, *idle);
    if (auto* transmit = std::get_if<Transmit>(&said)) {
      Mark(stats_.opening.requested, "play.request");
      return std::move(*transmit);
    }
    if (const auto* datagram = std::get_if<DatagramTransmit>(&said)) return *datagram;
    OnTransport(std::get<RealtimeTransport::Event>(std::move(said)));
  }
}

PlaySessionStats RealtimePlay::stats() const {
  PlaySessionStats stats = stats_;
  playout_.FillStats(stats, now_);
  return stats;
}

void RealtimePlay::Attempt() {
  StopAttemptTimers();
  transport_ = make_transport_(now_);
  if (!transport_) return End(Error{ErrorCode::kInternal, "no transport was made"});
  link_ = Link::kOpening;
  had_media_ = false;
  has_asked_ = false;
  unmet_ = DataSize::Zero();
  playout_.OnConnection();
  timers_.Set(Timer::kConnect, now_ + config_.connect_timeout);
  transport_->Start(now_);
}

void RealtimePlay::OnTransport(RealtimeTransport::Event&& event) {
  using Transport = RealtimeTransport;
  if (auto* open = std::get_if<Transport::OpenStream>(&event)) {
    is_stream_secured_ = open->endpoint.security == Security::kTls;
    return Emit(std::move(*open));
  }
  if (std::holds_alternative<Transport::CloseStream>(event)) return Emit(CloseStream{});
  if (std::holds_alternative<Transport::OpenSockets>(event)) return Emit(OpenSockets{});
  if (auto* name = std::get_if<Transport::ResolveName>(&event)) return Emit(std::move(*name));
  if (const auto* closed = std::get_if<Transport::Closed>(&event)) return OnClosed(*closed);
  if (link_ == Link::kLeaving) return;
  if (std::holds_alternative<Transport::Ready>(event)) return OnReady();
  if (auto* frame = std::get_if<EncodedFrame>(&event)) {
    OnFrame(std::move(*frame));
  } else if (const auto* changed = std::get_if<Transport::TracksChanged>(&event)) {
    playout_.OnTracks(changed->tracks, now_);
  } else if (const auto* asked = std::get_if<Transport::PlayoutDelayAsked>(&event)) {
    trace_.Number(now_, "play.asked_delay_ms", asked->least.ms_f());
    playout_.SetDelayRange(asked->least, asked->most);
  }
  Sync();
}

void RealtimePlay::OnReady() {
  if (link_ != Link::kOpening) return;
  link_ = Link::kOpen;
  timers_.Stop(Timer::kConnect);
  trace_.Span(*stats_.opening.started, now_, "play.media_path");
  if (IsInGap()) return;  // A server that has nothing yet.
  NoteProgress();
  timers_.Set(Timer::kUsable, now_ + config_.usable_timeout);
}

void RealtimePlay::OnFrame(EncodedFrame frame) {
  if (IsInGap()) {
    timers_.Stop(Timer::kGap);
    trace_.Decision(now_, "play.publisher", "back", "");
    timers_.Set(Timer::kUsable, now_ + config_.usable_timeout);
  }
  if (frame.is_key()) {
    has_asked_ = false;
    Mark(stats_.opening.first_key_frame, "play.first_key_frame");
  }
  NoteProgress();
  if (!playout_.OnFrame(std::move(frame), now_)) return AskForKey("pictures that begin nowhere");
  timers_.Set(Timer::kUsable, now_ + config_.usable_timeout);
  if (std::exchange(had_media_, true)) return;
  timers_.Set(Timer::kLasting, now_ + kLastingSuccess);
  if (starts_seen_ > 0) ++stats_.reconnects;
}

// A server that says goodbye to somebody whom it sent media has no more of it.
void RealtimePlay::OnClosed(const RealtimeTransport::Closed& closed) {
  if (link_ == Link::kLeaving) return End(std::nullopt);
  const bool has_left = closed.error.code == ErrorCode::kStreamEnded ||
                        (closed.error.code == ErrorCode::kPeerClosed && had_media_);
  if (has_left && !IsInGap()) return OnPublisherLeft();
  Fail(closed.error, closed.retry_in);
}

// The stream is over unless somebody publishes it again in time.
void RealtimePlay::OnPublisherLeft() {
  if (config_.publisher_gap == TimeDelta::Zero()) return PlayOut();
  LeaveConnection();
  ++stats_.publisher_gaps;
  gap_backoff_.Reset();
  timers_.Set(Timer::kGap, now_ + config_.publisher_gap);
  playout_.OnPublisherLeft();
  Sync();
  Enter(PlayState::kAwaitingPublisher, std::nullopt, TimeDelta::Zero());
  RetryInGap({ErrorCode::kPeerClosed, ""});
}

void RealtimePlay::NoteBytes(std::size_t count) {
  const auto size = DataSize::Bytes(static_cast<std::int64_t>(count));
  stats_.bytes_received += size;
  unmet_ += size;
  if (unmet_ >= kProgress) NoteProgress();
}

void RealtimePlay::NoteProgress() {
  unmet_ = DataSize::Zero();
  if (link_ == Link::kOpen && !IsInGap()) timers_.Set(Timer::kStall, now_ + config_.stall_timeout);
}

// The transport repeats it until a key frame comes.
void RealtimePlay::AskForKey(const char* why) {
  if (link_ != Link::kOpen || std::exchange(has_asked_, true)) return;
  trace_.Decision(now_, "play.key_frame", "wanted", why);
  transport_->RequestKeyFrame(now_);
}

void RealtimePlay::PlayOut() {
  Sync();
  if (transport_) LeaveConnection();
  timers_.StopAll();
  link_ = Link::kPlayingOut;
  timers_.Set(Timer::kPlayOut, playout_.PlaysOutAt(now_));
}

void RealtimePlay::Fail(const Error& error, std::optional<TimeDelta> least_wait) {
  Sync();
  LeaveConnection();
  if (IsInGap()) return RetryInGap(error);
  if (Describe(error.code).retryable == Retryable::kNo) return End(error);
  const auto wait = backoff_.Next();
  if (!wait) return End(GivenUp(config_.reconnect, error));
  const TimeDelta longest = std::max(config_.reconnect.max_delay, *wait);
  const TimeDelta until = std::clamp(least_wait.value_or(*wait), *wait, longest);
  timers_.Set(Timer::kRetry, now_ + until);
  Enter(PlayState::kReconnecting, error, until);
}

// Until the gap is over a server that knows nothing of the stream is no news. One that does not
// let us in any more has nothing to wait for.
void RealtimePlay::RetryInGap(const Error& error) {
  const bool may_retry = config_.reconnect.max_attempts > 0;
  if (!may_retry || Describe(error.code).retryable == Retryable::kNo) return PlayOut();
  timers_.Set(Timer::kRetry, now_ + *gap_backoff_.Next());
  trace_.Decision(now_, "play.publisher", "look again", Describe(error.code).name);
}

void RealtimePlay::LeaveConnection() {
  StopAttemptTimers();
  transport_.reset();
  link_ = Link::kWaiting;
  playout_.OnConnection();
  Emit(CloseStream{});
  Emit(CloseSockets{});
}

// All but the gap's, which spans attempts.
void RealtimePlay::StopAttemptTimers() {
  const Timestamp gap_ends = timers_.deadline(Timer::kGap);
  timers_.StopAll();
  timers_.Set(Timer::kGap, gap_ends);
}

void RealtimePlay::End(std::optional<Error> error) {
  if (!IsOver()) Sync();
  if (transport_) LeaveConnection();
  timers_.StopAll();
  link_ = Link::kEnded;
  Enter(PlayState::kEnded, std::move(error), TimeDelta::Zero());
}

void RealtimePlay::Enter(PlayState state, std::optional<Error> error, TimeDelta retry_in) {
  stats_.state = state;
  trace_.Decision(now_, "play.state", NameOf(state),
                  error ? Describe(error->code).name : std::string_view("ok"));
  Emit(StateChanged{state, std::move(error), retry_in});
}

void RealtimePlay::Mark(std::optional<Timestamp>& stage, std::string_view name) {
  if (stage || !IsOpening()) return;
  stage = now_;
  trace_.Span(*stats_.opening.started, now_, name);
}

void RealtimePlay::Sync() {
  auto& said = playout_.said();
  if (IsOver()) return said.clear();
  while (!said.empty()) {
    std::visit([this](auto& one) { Emit(std::move(one)); }, said.front());
    said.pop_front();
  }
  if (starts_seen_ != playout_.starts()) {
    starts_seen_ = playout_.starts();
    if (stats_.state != PlayState::kPlaying) {
      Enter(PlayState::kPlaying, std::nullopt, TimeDelta::Zero());
    }
  }
  if (stalls_seen_ != playout_.stalls()) {
    stalls_seen_ = playout_.stalls();
    if (stats_.state == PlayState::kPlaying) {
      Enter(PlayState::kStalled, std::nullopt, TimeDelta::Zero());
    }
  }
}

}  // namespace onair::session
