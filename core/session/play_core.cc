// SPDX-License-Identifier: Apache-2.0
#include "core/session/play_core.h"

#include <algorithm>
#include <utility>

namespace onair::session {
namespace {

// Retries at an address that a stream under way was moved to, before those at home: its publisher
// may come there later than its viewers. Source: ours; 2 s with the default delays.
constexpr int kMovedTries = 3;

}  // namespace

Play::Core::Core(const PlaySessionConfig& config, Url url, OpenPath open_path, Rng rng,
                 TraceSink& trace)
    : config_(config),
      url_(std::move(url)),
      open_path_(std::move(open_path)),
      backoff_(config.reconnect, rng),
      gap_backoff_(LooksForPublisher(config.reconnect), Rng(rng.Next())),
      trace_(trace),
      progress_(std::make_unique<PlayProgress>(config, PlayoutStyle::OfStreams(), trace)) {}

void Play::Core::HandleResolved(Timestamp at) {
  Advance(at);
  if (link_ == Link::kConnecting) Mark(&OpeningStages::resolved, "play.resolve");
}

void Play::Core::HandleTcpConnected(Timestamp at) {
  Advance(at);
  if (link_ == Link::kConnecting) Mark(&OpeningStages::connected, "play.connect");
}

void Play::Core::HandleConnected(Timestamp at) {
  Advance(at);
  if (link_ != Link::kConnecting) return;
  Mark(&OpeningStages::connected, "play.connect");
  if (security_ == Security::kTls) Mark(&OpeningStages::secured, "play.secure");
  if (prepared_ == PreloadTier::kConnected) {
    link_ = Link::kReady;
    timers_.Stop(Timer::kConnect);
    timers_.Set(Timer::kLasting, now_ + PlayProgress::kLastingSuccess);
    return;
  }
  link_ = Link::kOpening;
  DrainTransport();
  Sync();
}

void Play::Core::HandleClosed(const Error& error, Timestamp at) {
  Advance(at);
  const bool is_quiet = link_ == Link::kConnecting || link_ == Link::kReady;
  if (!IsDriven() && !is_quiet) return;
  is_stream_open_ = false;
  if (IsDriven() && error.code == ErrorCode::kPeerClosed) {
    transport_->HandleEnd(now_);
    DrainTransport();
  }
  // Unless the protocol had something better to say: the end of the stream, a new address.
  if (!is_stream_open_ && (IsDriven() || is_quiet)) Fail(error);
  Sync();
}

void Play::Core::HandleBytes(ByteView in, Timestamp at) {
  Advance(at);
  // Nothing was asked for: the server is about to end a connection that it finds idle.
  if (link_ == Link::kReady) return Fail({ErrorCode::kPeerClosed, url_.host});
  if (!IsDriven() || in.empty()) return;
  Mark(&OpeningStages::first_byte, "play.first_byte");
  if (progress_->NoteBytes(in.size())) NoteProgress();
  transport_->HandleBytes(in, now_);
  DrainTransport();
  Sync();
}

void Play::Core::HandleUnsent(DataSize unsent, Timestamp at) {
  Advance(at);
  if (!IsDriven()) return;
  transport_->HandleUnsent(unsent, now_);
  DrainTransport();
  Sync();
}

void Play::Core::HandleTimeout(Timestamp at) {
  Advance(at);
  if (IsEnded()) return;
  if (IsDriven()) {
    transport_->HandleTimeout(now_);
    DrainTransport();
  }
  playout().OnTime(now_);
  if (timers_.TakeDue(Timer::kLasting, now_)) {
    backoff_.Reset();
    redirects_ = 0;
  }
  if (timers_.TakeDue(Timer::kGap, now_)) PlayOut();
  if (timers_.TakeDue(Timer::kRetry, now_)) OpenNext();
  if (timers_.TakeDue(Timer::kConnect, now_)) {
    const bool is_connected = link_ == Link::kOpening;
    Fail({is_connected ? ErrorCode::kTimeout : ErrorCode::kConnectTimeout, url_.host});
  }
  if (timers_.TakeDue(Timer::kStall, now_) || timers_.TakeDue(Timer::kUsable, now_)) {
    Fail({ErrorCode::kStalled, url_.host});
  }
  Sync();
  if (timers_.TakeDue(Timer::kPlayOut, now_)) End(Error{ErrorCode::kStreamEnded, url_.host});
}

void Play::Core::Start(Timestamp at) {
  Advance(at);
  if (IsEnded()) return;
  if (IsPrepared()) return Pour();
  if (link_ != Link::kIdle) return;
  gop_.reset();
  progress_->Begin(now_);
  Tell();
  Open(url_);
}

void Play::Core::HandleDecodeFailed(Timestamp at) {
  Advance(at);
  if (IsEnded()) return;
  playout().OnDecodeFailed(now_);
  Sync();
}

void Play::Core::HandleAudioLead(TimeDelta lead, Timestamp at) {
  Advance(at);
  playout().SetAudioLead(lead);
}

void Play::Core::Stop(Timestamp at) {
  Advance(at);
  if (IsEnded()) return;
  SayGoodbye();
  End(std::nullopt);
}

Output<Play::Event> Play::Core::Poll() {
  if (!out_.empty()) {
    Output<Event> first = std::move(out_.front());
    out_.pop_front();
    return first;
  }
  if (IsEnded()) return Idle{};
  const Idle own = Earlier(timers_.Next(), playout().Next());
  return IsDriven() ? Earlier(own, transport_idle_) : own;
}

PlaySessionStats Play::Core::stats() const {
  return progress_->stats(now_);
}

void Play::Core::OpenNext() {
  redirects_ = 0;
  Open(moved_tries_ > 0 ? moved_to_ : url_);
  moved_tries_ = std::max(moved_tries_ - 1, 0);
}

void Play::Core::Open(const Url& url) {
  auto path = open_path_(url, now_);
  if (!path) return Fail(path.error());
  opened_ = url;
  transport_ = std::move(path->transport);
  transport_idle_ = Idle{};
  if (!transport_) return Fail({ErrorCode::kInternal, "no transport was made"});
  link_ = Link::kConnecting;
  is_stream_open_ = true;
  if (gop_) gop_->Clear();
  security_ = path->endpoint.security;
  progress_->OnConnection();
  StopAttemptTimers();
  timers_.Set(Timer::kConnect, now_ + config_.connect_timeout);
  path->endpoint.from = from_;
  Emit(OpenStream{std::move(path->endpoint)});
}

void Play::Core::Follow(const std::string& address) {
  progress_->NoteRedirect();
  if (++redirects_ > config_.max_redirects) {
    return Fail({ErrorCode::kHttpRedirectLoop, url_.host});
  }
  const auto url = address.empty() ? Result<Url>(url_) : ParseUrl(address);
  if (!url) return Fail(url.error());
  trace_.Decision(now_, "play.redirect", "follow", "the server moved the stream");
  if (link_ == Link::kOpen) {
    moved_to_ = *url;
    moved_tries_ = kMovedTries;
  }
  Open(*url);
}

void Play::Core::OnTransport(PlayTransport::Event event) {
  if (auto* frame = std::get_if<EncodedFrame>(&event)) return OnFrame(std::move(*frame));
  if (const auto* changed = std::get_if<PlayTransport::TracksChanged>(&event)) {
    if (gop_) return gop_->OnTracks(changed->tracks);
    if (is_beside_) return Emit(TracksChanged{changed->tracks});
    return playout().OnTracks(changed->tracks, now_);
  }
  if (const auto* moved = std::get_if<PlayTransport::Moved>(&event)) {
    return Follow(std::string(moved->url));
  }
  if (std::holds_alternative<PlayTransport::PublisherLeft>(event)) return OnPublisherLeft();
  if (const auto* closed = std::get_if<PlayTransport::Closed>(&event)) {
    return closed->error.code == ErrorCode::kStreamEnded ? PlayOut() : Fail(Error(closed->error));
  }
  if (link_ != Link::kOpening) return;
  link_ = Link::kOpen;
  timers_.Stop(Timer::kConnect);
  if (IsInGap()) return;  // A server that has nothing yet.
  NoteProgress();
  timers_.Set(Timer::kUsable, now_ + config_.usable_timeout);
}

void Play::Core::OnFrame(EncodedFrame frame) {
  if (IsInGap()) {
    timers_.Stop(Timer::kGap);
    timers_.Set(Timer::kUsable, now_ + config_.usable_timeout);
    trace_.Decision(now_, "play.publisher", "back", "");
  }
  if (frame.is_key()) Mark(&OpeningStages::first_key_frame, "play.first_key_frame");
  NoteProgress();
  if (gop_) return HoldOpen(std::move(frame));
  if (!Feed(std::move(frame))) return;
  if (link_ == Link::kOpen) timers_.Set(Timer::kUsable, now_ + config_.usable_timeout);
  if (progress_->NoteMedia()) timers_.Set(Timer::kLasting, now_ + PlayProgress::kLastingSuccess);
}

void Play::Core::NoteProgress() {
  progress_->NoteProgress();
  if (link_ == Link::kOpen && !IsInGap()) {
    timers_.Set(Timer::kStall, now_ + config_.stall_timeout);
  }
}

void Play::Core::PlayOut() {
  Sync();
  CloseStreamIfOpen();
  transport_.reset();
  timers_.StopAll();
  link_ = Link::kPlayingOut;
  timers_.Set(Timer::kPlayOut, playout().PlaysOutAt(now_));
}

void Play::Core::Fail(const Error& error) {
  Sync();
  CloseStreamIfOpen();
  transport_.reset();
  StopAttemptTimers();
  if (error.code == ErrorCode::kLocalAddress) from_.reset();  // Any way is better than none.
  if (IsInGap()) return RetryInGap(error);
  if (Describe(error.code).retryable == Retryable::kNo) return End(error);
  const auto wait = backoff_.Next();
  if (!wait) return End(GivenUp(config_.reconnect, error));
  playout().OnConnection();
  link_ = Link::kWaiting;
  timers_.Set(Timer::kRetry, now_ + *wait);
  Enter(PlayState::kReconnecting, error, *wait);
}

void Play::Core::End(std::optional<Error> error) {
  Sync();
  CloseStreamIfOpen();
  transport_.reset();
  timers_.StopAll();
  link_ = Link::kEnded;
  Enter(PlayState::kEnded, std::move(error), TimeDelta::Zero());
}

void Play::Core::Enter(PlayState state, std::optional<Error> error, TimeDelta retry_in) {
  progress_->Enter(state, std::move(error), retry_in, now_);
  Tell();
}

void Play::Core::SayGoodbye() {
  if (!IsDriven()) return;
  transport_->Close(now_);
  // Nothing else that the protocol has to say matters any more.
  for (auto said = transport_->Poll(); !std::holds_alternative<Idle>(said);
       said = transport_->Poll()) {
    if (auto* transmit = std::get_if<Transmit>(&said)) out_.emplace_back(std::move(*transmit));
  }
}

// All but the gap's, which spans attempts.
void Play::Core::StopAttemptTimers() {
  const Timestamp gap_ends = timers_.deadline(Timer::kGap);
  timers_.StopAll();
  timers_.Set(Timer::kGap, gap_ends);
}

void Play::Core::CloseStreamIfOpen() {
  if (std::exchange(is_stream_open_, false)) Emit(CloseStream{});
}

void Play::Core::DrainTransport() {
  while (IsDriven()) {
    auto said = transport_->Poll();
    if (const auto* idle = std::get_if<Idle>(&said)) {
      transport_idle_ = *idle;
      return;
    }
    if (auto* transmit = std::get_if<Transmit>(&said)) {
      Mark(&OpeningStages::requested, "play.request");
      out_.emplace_back(std::move(*transmit));
    } else {
      OnTransport(std::get<PlayTransport::Event>(std::move(said)));
    }
  }
}

void Play::Core::Sync() {
  if (IsEnded()) return playout().said().clear();
  progress_->Sync(now_);
  Tell();
}

void Play::Core::Tell() {
  auto& said = progress_->said();
  while (!said.empty()) {
    std::visit([this](auto& one) { Emit(std::move(one)); }, said.front());
    said.pop_front();
  }
}

}  // namespace onair::session
