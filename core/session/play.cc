// SPDX-License-Identifier: Apache-2.0
#include "core/session/play.h"

#include <algorithm>
#include <array>
#include <deque>
#include <utility>

#include "core/machine/timer_table.h"
#include "core/session/backoff.h"
#include "core/session/live_playout.h"

namespace onair::session {
namespace {

// Media for this long: the attempts before it are forgotten. Source: ours; longer than a
// server needs that hands out its cached GOP and throws the viewer out.
constexpr TimeDelta kLastingSuccess = TimeDelta::Seconds(5);

enum class Timer { kConnect, kStall, kRetry, kPlayOut, kLasting };
constexpr std::array<std::string_view, 5> kTimerNames = {"play.connect", "play.stall", "play.retry",
                                                         "play.play_out", "play.lasting"};

std::string_view NameOf(PlayState state) {
  switch (state) {
    case PlayState::kConnecting:
      return "connecting";
    case PlayState::kPlaying:
      return "playing";
    case PlayState::kStalled:
      return "stalled";
    case PlayState::kReconnecting:
      return "reconnecting";
    case PlayState::kEnded:
      return "ended";
  }
  return "";
}

DataSize SizeOf(ByteView bytes) {
  return DataSize::Bytes(static_cast<std::int64_t>(bytes.size()));
}

}  // namespace

class Play::Core {
 public:
  Core(const PlaySessionConfig& config, Url url, OpenPath open_path, Rng rng, TraceSink& trace)
      : config_(config),
        url_(std::move(url)),
        open_path_(std::move(open_path)),
        backoff_(config.reconnect, rng),
        trace_(trace),
        playout_(config, trace) {}

  void HandleResolved(Timestamp at);
  void HandleTcpConnected(Timestamp at);
  void HandleConnected(Timestamp at);
  void HandleClosed(const Error& error, Timestamp at);
  void HandleBytes(ByteView in, Timestamp at);
  void HandleUnsent(DataSize unsent, Timestamp at);
  void HandleTimeout(Timestamp at);
  void Start(Timestamp at);
  void HandleDecodeFailed(Timestamp at);
  void HandleAudioLead(TimeDelta lead, Timestamp at);
  void Stop(Timestamp at);
  Output<Event> Poll();
  PlaySessionStats stats() const;

 private:
  enum class Link {
    kIdle,        // Not started.
    kConnecting,  // OpenStream is out.
    kOpening,     // The request is out.
    kOpen,        // The server accepted it.
    kWaiting,     // For the next attempt.
    kPlayingOut,  // The stream ended; what is buffered is still shown.
    kEnded,
  };

  Timestamp Advance(Timestamp at) { return now_ = std::max(now_, at); }
  bool IsEnded() const { return link_ == Link::kEnded; }
  bool IsDriven() const { return link_ == Link::kOpening || link_ == Link::kOpen; }
  bool IsOpening() const { return !stats_.opening.first_key_frame; }

  void Open(const Url& url);
  void Follow(const std::string& address);
  void OnTransport(PlayTransport::Event event);
  void OnFrame(EncodedFrame frame);
  void PlayOut();
  void Fail(const Error& error);
  void End(std::optional<Error> error);
  void Enter(PlayState state, std::optional<Error> error, TimeDelta retry_in);
  void CloseStreamIfOpen();
  void Mark(std::optional<Timestamp>& stage, std::string_view name);

  void DrainTransport();
  // Hands on what the media half said, and follows its starts and stalls.
  void Sync();
  void Emit(Event event) { out_.emplace_back(std::move(event)); }

  PlaySessionConfig config_;
  Url url_;
  OpenPath open_path_;
  Backoff backoff_;
  TraceSink& trace_;
  LivePlayout playout_;
  Timestamp now_ = Timestamp::MinusInfinity();
  Link link_ = Link::kIdle;
  bool is_stream_open_ = false;
  bool had_media_ = false;  // On this connection.
  int redirects_ = 0;       // In a row.
  Security security_ = Security::kPlain;
  std::unique_ptr<PlayTransport> transport_;
  Idle transport_idle_;
  TimerTable<Timer, kTimerNames.size()> timers_{kTimerNames};
  std::deque<Output<Event>> out_;  // Bounded by what one input releases.
  std::int64_t starts_seen_ = 0;
  std::int64_t stalls_seen_ = 0;
  PlaySessionStats stats_;
};

void Play::Core::HandleResolved(Timestamp at) {
  Advance(at);
  if (link_ == Link::kConnecting) Mark(stats_.opening.resolved, "play.resolve");
}

void Play::Core::HandleTcpConnected(Timestamp at) {
  Advance(at);
  if (link_ == Link::kConnecting) Mark(stats_.opening.connected, "play.connect");
}

void Play::Core::HandleConnected(Timestamp at) {
  Advance(at);
  if (link_ != Link::kConnecting) return;
  Mark(stats_.opening.connected, "play.connect");
  if (security_ == Security::kTls) Mark(stats_.opening.secured, "play.secure");
  link_ = Link::kOpening;
  DrainTransport();
  Sync();
}

void Play::Core::HandleClosed(const Error& error, Timestamp at) {
  Advance(at);
  if (!IsDriven() && link_ != Link::kConnecting) return;
  is_stream_open_ = false;
  if (IsDriven() && error.code == ErrorCode::kPeerClosed) {
    transport_->HandleEnd(now_);
    DrainTransport();
  }
  // Unless the protocol had something better to say: the end of the stream, a new address.
  if (!is_stream_open_ && (IsDriven() || link_ == Link::kConnecting)) Fail(error);
  Sync();
}

void Play::Core::HandleBytes(ByteView in, Timestamp at) {
  Advance(at);
  if (!IsDriven() || in.empty()) return;
  stats_.bytes_received += SizeOf(in);
  Mark(stats_.opening.first_byte, "play.first_byte");
  if (link_ == Link::kOpen) timers_.Set(Timer::kStall, now_ + config_.stall_timeout);
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
  playout_.OnTime(now_);
  if (timers_.TakeDue(Timer::kLasting, now_)) backoff_.Reset();
  if (timers_.TakeDue(Timer::kRetry, now_)) {
    redirects_ = 0;
    Open(url_);
  }
  if (timers_.TakeDue(Timer::kConnect, now_)) {
    const bool is_connected = link_ == Link::kOpening;
    Fail({is_connected ? ErrorCode::kTimeout : ErrorCode::kConnectTimeout, url_.host});
  }
  if (timers_.TakeDue(Timer::kStall, now_)) Fail({ErrorCode::kStalled, url_.host});
  Sync();
  if (timers_.TakeDue(Timer::kPlayOut, now_)) End(Error{ErrorCode::kStreamEnded, url_.host});
}

void Play::Core::Start(Timestamp at) {
  Advance(at);
  if (link_ != Link::kIdle) return;
  stats_.opening.started = now_;
  Enter(PlayState::kConnecting, std::nullopt, TimeDelta::Zero());
  Open(url_);
}

void Play::Core::HandleDecodeFailed(Timestamp at) {
  Advance(at);
  if (IsEnded()) return;
  playout_.OnDecodeFailed(now_);
  Sync();
}

void Play::Core::HandleAudioLead(TimeDelta lead, Timestamp at) {
  Advance(at);
  playout_.SetAudioLead(lead);
}

void Play::Core::Stop(Timestamp at) {
  Advance(at);
  if (IsEnded()) return;
  if (IsDriven()) {
    transport_->Close(now_);
    // The goodbye only.
    for (auto said = transport_->Poll(); !std::holds_alternative<Idle>(said);
         said = transport_->Poll()) {
      if (auto* transmit = std::get_if<Transmit>(&said)) out_.emplace_back(std::move(*transmit));
    }
  }
  End(std::nullopt);
}

Output<Play::Event> Play::Core::Poll() {
  if (!out_.empty()) {
    Output<Event> first = std::move(out_.front());
    out_.pop_front();
    return first;
  }
  if (IsEnded()) return Idle{};
  const Idle own = Earlier(timers_.Next(), playout_.Next());
  return IsDriven() ? Earlier(own, transport_idle_) : own;
}

PlaySessionStats Play::Core::stats() const {
  PlaySessionStats stats = stats_;
  playout_.FillStats(stats, now_);
  return stats;
}

void Play::Core::Open(const Url& url) {
  auto path = open_path_(url, now_);
  if (!path) return Fail(path.error());
  transport_ = std::move(path->transport);
  transport_idle_ = Idle{};
  if (!transport_) return Fail({ErrorCode::kInternal, "no transport was made"});
  link_ = Link::kConnecting;
  is_stream_open_ = true;
  had_media_ = false;
  security_ = path->endpoint.security;
  playout_.OnConnection();
  timers_.Set(Timer::kConnect, now_ + config_.connect_timeout);
  Emit(OpenStream{std::move(path->endpoint)});
}

void Play::Core::Follow(const std::string& address) {
  ++stats_.redirects;
  if (++redirects_ > config_.max_redirects) {
    return Fail({ErrorCode::kHttpRedirectLoop, url_.host});
  }
  const auto url = ParseUrl(address);
  if (!url) return Fail(url.error());
  trace_.Decision(now_, "play.redirect", "follow", "the server moved the stream");
  if (IsOpening()) {
    // The stages tell of the connection that the media comes over.
    const auto started = stats_.opening.started;
    stats_.opening = OpeningStages{};
    stats_.opening.started = started;
  }
  Open(*url);
}

void Play::Core::OnTransport(PlayTransport::Event event) {
  if (auto* frame = std::get_if<EncodedFrame>(&event)) return OnFrame(std::move(*frame));
  if (const auto* changed = std::get_if<PlayTransport::TracksChanged>(&event)) {
    return playout_.OnTracks(changed->tracks, now_);
  }
  if (const auto* moved = std::get_if<PlayTransport::Moved>(&event)) {
    return Follow(std::string(moved->url));
  }
  if (const auto* closed = std::get_if<PlayTransport::Closed>(&event)) {
    return closed->error.code == ErrorCode::kStreamEnded ? PlayOut() : Fail(Error(closed->error));
  }
  if (link_ != Link::kOpening) return;
  link_ = Link::kOpen;
  timers_.Stop(Timer::kConnect);
  timers_.Set(Timer::kStall, now_ + config_.stall_timeout);
}

void Play::Core::OnFrame(EncodedFrame frame) {
  if (frame.is_key()) Mark(stats_.opening.first_key_frame, "play.first_key_frame");
  if (!had_media_) {
    had_media_ = true;
    timers_.Set(Timer::kLasting, now_ + kLastingSuccess);
    if (starts_seen_ > 0) ++stats_.reconnects;
  }
  playout_.OnFrame(std::move(frame), now_);
}

void Play::Core::PlayOut() {
  Sync();
  CloseStreamIfOpen();
  transport_.reset();
  timers_.StopAll();
  link_ = Link::kPlayingOut;
  timers_.Set(Timer::kPlayOut, playout_.PlaysOutAt(now_));
}

void Play::Core::Fail(const Error& error) {
  Sync();
  CloseStreamIfOpen();
  transport_.reset();
  timers_.StopAll();
  if (Describe(error.code).retryable == Retryable::kNo) return End(error);
  const auto wait = backoff_.Next();
  if (!wait) return End(GivenUp(config_.reconnect, error));
  playout_.OnConnection();
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
  stats_.state = state;
  trace_.Decision(now_, "play.state", NameOf(state),
                  error ? Describe(error->code).name : std::string_view("ok"));
  Emit(StateChanged{state, std::move(error), retry_in});
}

void Play::Core::CloseStreamIfOpen() {
  if (std::exchange(is_stream_open_, false)) Emit(CloseStream{});
}

void Play::Core::Mark(std::optional<Timestamp>& stage, std::string_view name) {
  if (stage) return;
  stage = now_;
  trace_.Span(*stats_.opening.started, now_, name);
}

void Play::Core::DrainTransport() {
  while (IsDriven()) {
    auto said = transport_->Poll();
    if (const auto* idle = std::get_if<Idle>(&said)) {
      transport_idle_ = *idle;
      return;
    }
    if (auto* transmit = std::get_if<Transmit>(&said)) {
      Mark(stats_.opening.requested, "play.request");
      out_.emplace_back(std::move(*transmit));
    } else {
      OnTransport(std::get<PlayTransport::Event>(std::move(said)));
    }
  }
}

void Play::Core::Sync() {
  auto& said = playout_.said();
  if (IsEnded()) {
    said.clear();
    return;
  }
  while (!said.empty()) {
    Emit(std::move(said.front()));
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

Play::Play(const PlaySessionConfig& config, Url url, OpenPath open_path, Rng rng, TraceSink& trace)
    : core_(std::make_unique<Core>(config, std::move(url), std::move(open_path), rng, trace)) {}
Play::~Play() = default;

void Play::HandleResolved(Timestamp now) {
  core_->HandleResolved(now);
}
void Play::HandleTcpConnected(Timestamp now) {
  core_->HandleTcpConnected(now);
}
void Play::HandleConnected(Timestamp now) {
  core_->HandleConnected(now);
}
void Play::HandleClosed(const Error& error, Timestamp now) {
  core_->HandleClosed(error, now);
}
void Play::HandleBytes(ByteView in, Timestamp now) {
  core_->HandleBytes(in, now);
}
void Play::HandleUnsent(DataSize unsent, Timestamp now) {
  core_->HandleUnsent(unsent, now);
}
void Play::HandleTimeout(Timestamp now) {
  core_->HandleTimeout(now);
}
void Play::Start(Timestamp now) {
  core_->Start(now);
}
void Play::HandleDecodeFailed(Timestamp now) {
  core_->HandleDecodeFailed(now);
}
void Play::HandleAudioLead(TimeDelta lead, Timestamp now) {
  core_->HandleAudioLead(lead, now);
}
void Play::Stop(Timestamp now) {
  core_->Stop(now);
}
Output<Play::Event> Play::Poll() {
  return core_->Poll();
}
PlaySessionStats Play::stats() const {
  return core_->stats();
}

}  // namespace onair::session
