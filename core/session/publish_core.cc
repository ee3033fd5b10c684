// SPDX-License-Identifier: Apache-2.0
#include "core/session/publish_core.h"

#include <utility>

#include "core/session/state_names.h"

namespace onair::session {
namespace {

// Least time between two wishes for a key frame. Source: ours; above the encoder's answer of
// a few pictures, below what a viewer takes for a freeze.
constexpr TimeDelta kKeyAskInterval = TimeDelta::Millis(500);

// Without any key frame for this long after acceptance sound goes out alone.
constexpr TimeDelta kSoundAloneAfter = TimeDelta::Seconds(3);

constexpr TimeDelta kDropReportInterval = TimeDelta::Seconds(1);

// Live for this long: the attempts before it are forgotten. Source: ours; longer than a
// server that accepts and throws out again needs.
constexpr TimeDelta kLastingSuccess = TimeDelta::Seconds(10);

// What the socket may hold ahead, where the rate is known. Longer lets TCP run on while this
// thread is held up; shorter keeps more where it can still be dropped.
// Source: ours; a frame at 20 fps. A loop held up for longer is seen in the trace.
constexpr TimeDelta kUnsentSpan = TimeDelta::Millis(50);
constexpr DataSize kLeastUnsent = DataSize::Kibibytes(4);  // About three segments.

}  // namespace

Publish::Core::Core(const PublishSessionConfig& config, Path home, FindPath find_path, Rng rng,
                    TraceSink& trace)
    : config_(config),
      home_(std::move(home)),
      path_(home_),
      find_path_(std::move(find_path)),
      backoff_(config.reconnect, rng),
      trace_(trace),
      queue_(config.queue_span, config.queue_size),
      hand_over_(config.reconnect, Rng(rng.Next())) {}

void Publish::Core::HandleConnected(Timestamp at) {
  Advance(at);
  if (link_ != Link::kConnecting) return;
  transport_ = path_.make_transport(now_);
  if (!transport_) return Fail({ErrorCode::kInternal, "no transport was made"}, Stream::kOpen);
  link_ = Link::kOpening;
  if (line_start_) transport_->ContinueLine(*line_start_);
  if (!tracks_.empty()) {
    const PublishQueue::Item* front = queue_.Front();
    applied_version_ = 0;
    ApplyTracks(front != nullptr ? front->tracks_version : tracks_.newest());
  }
  Pump();
}

void Publish::Core::HandleClosed(const Error& error, Timestamp at) {
  Advance(at);
  if (link_ != Link::kConnecting && link_ != Link::kOpening && link_ != Link::kLive) return;
  Fail(error, Stream::kGone);
}

void Publish::Core::HandleBytes(ByteView in, Timestamp at) {
  Advance(at);
  if (!transport_) return;
  transport_->HandleBytes(in, now_);
  Pump();
}

void Publish::Core::HandleUnsent(DataSize unsent, Timestamp at) {
  Advance(at);
  if (!transport_) return;
  backlog_.OnReport(unsent, Underway(), now_);
  transport_->HandleUnsent(backlog_.unsent(), now_);
  Pump();
}

void Publish::Core::HandleSocketFacts(const SocketFacts& facts, Timestamp at) {
  Advance(at);
  facts_ = facts;
  if (link_ == Link::kLive) watch_.OnFacts(facts, now_);
}

void Publish::Core::SetController(std::unique_ptr<cc::Controller> controller) {
  controller_ = std::move(controller);
}

void Publish::Core::HandleTimeout(Timestamp at) {
  Advance(at);
  if (IsEnded()) return;
  if (transport_) transport_->HandleTimeout(now_);
  if (hand_over_.transport) hand_over_.transport->HandleTimeout(now_);
  if (timers_.TakeDue(Timer::kUrl, now_)) OnUrlSettled();
  if (IsEnded()) return;
  if (timers_.TakeDue(Timer::kRetry, now_)) AttemptIfReady();
  if (timers_.TakeDue(Timer::kConnect, now_)) {
    const bool is_connected = link_ == Link::kOpening;
    const ErrorCode code = is_connected ? ErrorCode::kTimeout : ErrorCode::kConnectTimeout;
    Fail({code, path_.endpoint.host}, Stream::kOpen);
    return Pump();
  }
  if (timers_.TakeDue(Timer::kWriteStall, now_)) {
    Fail({ErrorCode::kTimeout, "the peer takes no data"}, Stream::kOpen);
    return Pump();
  }
  if (timers_.TakeDue(Timer::kStandby, now_)) OnStandbyTime();
  if (timers_.TakeDue(Timer::kQuiet, now_) && watch_.TakeQuiet(config_.standby_after, now_)) {
    BeginHandOver(Why::kQuiet, std::nullopt, from_);
  }
  static_cast<void>(timers_.TakeDue(Timer::kKeyAsk, now_));
  if (timers_.TakeDue(Timer::kKeyWait, now_)) StartSending();
  if (timers_.TakeDue(Timer::kDropReport, now_)) ReportDrops();
  if (timers_.TakeDue(Timer::kLasting, now_)) {
    backoff_.Reset();
    redirects_ = 0;
  }
  if (timers_.TakeDue(Timer::kDecide, now_)) Decide();
  Pump();
}

void Publish::Core::Start(Timestamp at) {
  Advance(at);
  if (link_ != Link::kIdle) return;
  stats_.started_at = now_;
  Enter(PublishState::kConnecting, std::nullopt, TimeDelta::Zero());
  Connect();
}

void Publish::Core::SetTracks(const StreamTracks& tracks, Timestamp at) {
  Advance(at);
  if (IsEnded()) return;
  tracks_.Set(tracks);
  if (transport_ && applied_version_ == 0) ApplyTracks(tracks_.newest());
  Pump();
}

void Publish::Core::Push(EncodedFrame frame, Timestamp at) {
  Advance(at);
  if (IsEnded()) return;
  const bool is_video = frame.track() == TrackKind::kVideo;
  if (is_video) {
    ++stats_.frames_queued;
    encoder_output_.Add(DataSize::Bytes(static_cast<std::int64_t>(frame.payload.size())), now_);
  }
  if (frame.is_key() && hand_over_.stage == Stage::kAccepted) Promote();
  Count(queue_.Push({std::move(frame), tracks_.Use()}));
  tracks_.DropBefore(queue_.oldest_version().value_or(tracks_.newest()));
  Pump();
  stats_.queue_span_max = std::max(stats_.queue_span_max, queue_.span());
  if (is_video) {
    Decide();
    Pump();
    trace_.Number(now_, "publish.queue_ms", queue_.span().ms_f());
    trace_.Number(now_, "publish.unsent_bytes", static_cast<double>(backlog_.unsent().bytes()));
  }
}

void Publish::Core::Stop(Timestamp at) {
  Advance(at);
  if (IsEnded()) return;
  SayGoodbye();
  if (link_ != Link::kIdle && link_ != Link::kWaiting) Emit(CloseStream{});
  End(std::nullopt);
}

Output<Publish::Event> Publish::Core::Poll() {
  if (!out_.empty()) {
    Output<Event> first = std::move(out_.front());
    out_.pop_front();
    return first;
  }
  Idle idle = timers_.Next();
  if (transport_) idle = Earlier(idle, transport_idle_);
  if (hand_over_.transport) idle = Earlier(idle, hand_over_.transport_idle);
  return idle;
}

PublishSessionStats Publish::Core::stats() const {
  PublishSessionStats stats = stats_;
  stats.queue_size = queue_.size();
  stats.queue_span = queue_.span();
  stats.unsent = backlog_.unsent();
  return stats;
}

void Publish::Core::Connect() {
  link_ = Link::kConnecting;
  ++stats_.attempts;
  timers_.Set(Timer::kConnect, now_ + config_.connect_timeout);
  Emit(OpenStream{Begin(path_.endpoint, from_)});
}

void Publish::Core::Follow(const std::string& address) {
  auto path = Elsewhere(address, path_);
  if (!path) return Fail(path.error(), Stream::kOpen);
  trace_.Decision(now_, "publish.redirect", "follow", "the server sent us elsewhere");
  LeaveConnection();
  path_ = std::move(*path);
  Connect();
}

void Publish::Core::GoLive() {
  if (stats_.live_at) {
    // Viewers get a clean start: nothing old, then a key frame, with the sound from its time.
    ++stats_.reconnects;
    Count(queue_.Clear());
  } else {
    stats_.live_at = now_;
  }
  BeginSending();
  Enter(PublishState::kLive, std::nullopt, TimeDelta::Zero());
}

void Publish::Core::BeginSending() {
  timers_.StopAll();
  timers_.Set(Timer::kLasting, now_ + kLastingSuccess);
  link_ = Link::kLive;
  backlog_.WatchFrom(now_);
  watch_.Reset(now_);
  if (controller_) timers_.Set(Timer::kDecide, now_);
  opens_with_key_ = tracks_.has_video();
  if (opens_with_key_) {
    timers_.Set(Timer::kKeyWait, now_ + kSoundAloneAfter);
  } else {
    StartSending();
  }
}

void Publish::Core::StartSending() {
  opens_with_key_ = false;
  timers_.Stop(Timer::kKeyWait);
  Count(queue_.SetMode(PublishQueue::Mode::kLive));
}

void Publish::Core::Fail(const Error& error, Stream stream) {
  if (FailOverToStandby(error)) return;
  if (hand_over_.stage != Stage::kNone) from_ = hand_over_.from;
  if (error.code == ErrorCode::kLocalAddress) from_.reset();  // Any way is better than none.
  LeaveStandby();
  if (stream == Stream::kOpen) Emit(CloseStream{});
  LeaveConnection();
  const bool is_final = Describe(error.code).retryable == Retryable::kNo;
  if (is_final && !MayHelp(error)) return End(error);
  const auto wait = backoff_.Next();
  if (!wait) return End(GivenUp(config_.reconnect, error));
  const bool is_conflict = error.code == ErrorCode::kPublishConflict;
  if (is_conflict) ++stats_.publish_conflicts;
  if (is_final) refused_ = error;
  timers_.Set(Timer::kRetry, now_ + *wait);
  AskForUrl(is_final || is_conflict ? UrlReason::kRefused : UrlReason::kReconnect);
  Enter(PublishState::kReconnecting, error, *wait);
}

void Publish::Core::LeaveConnection() {
  ReportDrops();
  link_ = Link::kWaiting;
  transport_.reset();
  transport_idle_ = Idle{};
  timers_.StopAll();
  backlog_.Reset(now_);
  facts_ = {};
  quality_.Pause();
  written_before_ = stats_.bytes_sent;
  applied_version_ = 0;
  Count(queue_.SetMode(PublishQueue::Mode::kHolding));
}

void Publish::Core::SayGoodbye() {
  if (!transport_) return;
  transport_->Close(now_);
  // The goodbye only: what else the protocol has to say no longer matters.
  for (auto said = transport_->Poll(); !std::holds_alternative<Idle>(said);
       said = transport_->Poll()) {
    if (auto* transmit = std::get_if<Transmit>(&said)) {
      stats_.bytes_sent += DataSize::Bytes(static_cast<std::int64_t>(transmit->bytes.size()));
      out_.emplace_back(std::move(*transmit));
    }
  }
}

void Publish::Core::End(std::optional<Error> error) {
  LeaveStandby();
  link_ = Link::kEnded;
  transport_.reset();
  timers_.StopAll();
  backlog_.Reset(now_);
  Count(queue_.Clear());
  Enter(PublishState::kEnded, std::move(error), TimeDelta::Zero());
}

void Publish::Core::Enter(PublishState state, std::optional<Error> error, TimeDelta retry_in) {
  stats_.state = state;
  trace_.Decision(now_, "publish.state", NameOf(state),
                  error ? Describe(error->code).name : std::string_view("ok"));
  Emit(StateChanged{state, std::move(error), retry_in});
}

void Publish::Core::Pump() {
  DrainStandby();
  DrainTransport();
  while (link_ == Link::kLive && HasRoom() && NextToSend() != nullptr) {
    SendOne(queue_.Pop());
    DrainTransport();
  }
  if (link_ != Link::kLive) return;
  FailIfTooSlow();
  if (link_ != Link::kLive) return;
  AskForKey();
  WatchProgress();
  LeaveStandbyIfNotNeeded();
}

void Publish::Core::DrainTransport() {
  while (transport_) {
    auto said = transport_->Poll();
    if (const auto* idle = std::get_if<Idle>(&said)) {
      transport_idle_ = *idle;
      return;
    }
    if (auto* transmit = std::get_if<Transmit>(&said)) {
      const auto size = DataSize::Bytes(static_cast<std::int64_t>(transmit->bytes.size()));
      backlog_.OnGiven(size);
      stats_.bytes_sent += size;
      out_.emplace_back(std::move(*transmit));
      continue;
    }
    OnTransport(std::get<PublishTransport::Event>(std::move(said)));
  }
}

void Publish::Core::OnTransport(const PublishTransport::Event& event) {
  if (const auto* closed = std::get_if<PublishTransport::Closed>(&event)) {
    return Fail(closed->error, Stream::kOpen);
  }
  if (const auto* moved = std::get_if<PublishTransport::Moved>(&event)) return Follow(moved->url);
  if (const auto* asked = std::get_if<PublishTransport::ReconnectRequested>(&event)) {
    return OnReconnectRequest(asked->url);
  }
  if (link_ == Link::kOpening) GoLive();
}

const PublishQueue::Item* Publish::Core::NextToSend() {
  if (opens_with_key_) {
    if (!queue_.has_video()) return nullptr;
    Count(queue_.DropAudioBefore(queue_.video_dts()));
    StartSending();
  }
  return queue_.Front();
}

void Publish::Core::SendOne(PublishQueue::Item item) {
  const EncodedFrame& frame = item.frame;
  const auto size = DataSize::Bytes(static_cast<std::int64_t>(frame.payload.size()));
  const bool is_first = !stats_.first_frame_at && stats_.audio_frames_sent == 0;
  ApplyTracks(NeededBy(item));
  if (!line_start_) line_start_ = frame.dts;
  transport_->Send(frame, now_);
  if (frame.track() == TrackKind::kAudio) {
    ++stats_.audio_frames_sent;
    stats_.audio_bytes_sent += size;
    if (is_first && !tracks_.has_video()) Emit(FirstFrameSent{});
    return;
  }
  ++stats_.frames_sent;
  stats_.video_bytes_sent += size;
  if (frame.is_key()) ++stats_.key_frames_sent;
  if (!stats_.first_frame_at) {
    stats_.first_frame_at = now_;
    Emit(FirstFrameSent{});
  }
}

// Sound may overtake pictures that still need an older version: a new one of the pictures' waits
// for them.
std::int64_t Publish::Core::NeededBy(const PublishQueue::Item& item) const {
  if (item.frame.track() == TrackKind::kVideo || !queue_.has_video()) return item.tracks_version;
  const std::int64_t older = std::min(item.tracks_version, queue_.video_version());
  return tracks_.SoundAlike(older, item.tracks_version) ? older : item.tracks_version;
}

// Older versions may come back for a track that lags behind the other: they are not applied.
void Publish::Core::ApplyTracks(std::int64_t version) {
  tracks_.DropBefore(version);
  if (version <= applied_version_ || tracks_.empty()) return;
  applied_version_ = version;
  transport_->SetTracks(tracks_.oldest_tracks(), now_);
}

void Publish::Core::AskForKey() {
  if (!tracks_.has_video() || timers_.is_set(Timer::kKeyAsk)) return;
  const bool can_begin = queue_.awaits_key() && !queue_.has_video() && HasRoom();
  if (!can_begin && hand_over_.stage != Stage::kAccepted) return;
  timers_.Set(Timer::kKeyAsk, now_ + kKeyAskInterval);
  trace_.Decision(now_, "publish.key_frame", "wanted", "video goes on with a key frame");
  Emit(KeyFrameWanted{});
}

// Sound is never dropped while live; a peer too slow even for it is a dead one. What waits for
// the first key frame is no fault of the peer's, and bounded by the queue.
void Publish::Core::FailIfTooSlow() {
  const TimeDelta most = config_.queue_span + config_.write_stall_timeout;
  if (queue_.audio_span() <= most && queue_.audio_size() <= config_.queue_size) return;
  Fail({ErrorCode::kTimeout, "the peer is too slow even for the sound"}, Stream::kOpen);
}

bool Publish::Core::HasRoom() const {
  if (backlog_.held() >= UnsentLimit()) return false;
  if (!decision_ || !decision_->congestion_window) return true;
  return backlog_.held() + facts_.unacked.value_or(DataSize::Zero()) <
         *decision_->congestion_window;
}

// About a frame: what the socket holds can neither be dropped nor overtaken.
DataSize Publish::Core::UnsentLimit() const {
  if (!decision_) return config_.unsent_limit;
  return std::clamp(decision_->target_rate * kUnsentSpan, kLeastUnsent, config_.unsent_limit);
}

void Publish::Core::Decide() {
  if (!controller_ || link_ != Link::kLive) return;
  const cc::TcpReport report = Report();
  const auto decision = controller_->OnReport(report);
  const Carriage before = quality_.carriage();
  TellApp(report, decision);
  const bool is_news = !decision_ || quality_.carriage() != before ||
                       decision_->target_rate != decision.target_rate ||
                       decision_->intake != decision.intake || decision_->cause != decision.cause;
  decision_ = decision;
  timers_.Set(Timer::kDecide, decision.decide_again_at);
  if (!is_news) return;
  trace_.Number(now_, "cc.target_kbps", decision.target_rate.kbps_f());
  trace_.Decision(now_, "cc.decision", decision.intake == Intake::kOpen ? "open" : "paused",
                  decision.reason);
  Emit(RateDecided{decision, quality_.carriage(), UnsentLimit()});
}

void Publish::Core::TellApp(const cc::TcpReport& report, const cc::CongestionDecision& decision) {
  if (const auto news = quality_.OnDecision(report, decision)) {
    const bool is_poor = news->quality == NetworkQuality::kPoor;
    trace_.Decision(now_, "publish.network", is_poor ? "poor" : "good", NameOf(news->trouble));
    Emit(NetworkQualityChanged{news->quality, news->trouble});
  }
  if (rate_news_.IsNews(decision.target_rate, now_)) {
    Emit(RateChanged{decision.target_rate, decision.cause});
  }
}

cc::TcpReport Publish::Core::Report() const {
  cc::TcpReport report{.at = now_};
  report.written = stats_.bytes_sent - written_before_ - backlog_.held();
  report.socket = facts_;
  report.socket.unsent = backlog_.held();  // Also what waits outside the kernel.
  report.queue_span = queue_.span();
  report.queue_size = queue_.size();
  report.queue_frames = static_cast<std::int64_t>(queue_.count());
  report.frames_written = stats_.frames_sent + stats_.audio_frames_sent;
  report.frames_dropped = stats_.frames_dropped + stats_.audio_frames_dropped;
  report.is_encoder_application_limited =
      decision_ && encoder_output_.IsBelow(decision_->target_rate, now_);
  return report;
}

void Publish::Core::WatchProgress() {
  if (backlog_.unsent() > DataSize::Zero()) {
    timers_.Set(Timer::kWriteStall, backlog_.progress_at() + config_.write_stall_timeout);
  } else {
    timers_.Stop(Timer::kWriteStall);
  }
  watch_.OnBacklog(backlog_);
  const auto quiet_at = watch_.QuietAt(config_.standby_after);
  timers_.Set(Timer::kQuiet, quiet_at.value_or(Timestamp::PlusInfinity()));
}

// Given out, not yet polled: the socket cannot know of it.
DataSize Publish::Core::Underway() const {
  DataSize size = DataSize::Zero();
  for (const auto& out : out_) {
    const auto* transmit = std::get_if<Transmit>(&out);
    if (transmit == nullptr) continue;
    size += DataSize::Bytes(static_cast<std::int64_t>(transmit->bytes.size()));
  }
  return size;
}

void Publish::Core::Count(const PublishQueue::Dropped& dropped) {
  stats_.frames_dropped += dropped.video;
  stats_.audio_frames_dropped += dropped.audio;
  if (dropped.video == 0 || link_ != Link::kLive) return;
  trace_.Number(now_, "publish.frames_dropped", static_cast<double>(stats_.frames_dropped));
  drops_to_report_ += dropped.video;
  if (!timers_.is_set(Timer::kDropReport)) ReportDrops();
}

void Publish::Core::ReportDrops() {
  if (drops_to_report_ == 0) return;
  Emit(FramesDropped{std::exchange(drops_to_report_, 0)});
  timers_.Set(Timer::kDropReport, now_ + kDropReportInterval);
}

}  // namespace onair::session
