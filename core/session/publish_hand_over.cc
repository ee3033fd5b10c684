// SPDX-License-Identifier: Apache-2.0
//
// How a publish session changes its connection while it is live, and where its attempts lead.
// The order of things is in README.md, "Hand-over".
#include <algorithm>
#include <utility>

#include "core/session/publish_core.h"

namespace onair::session {
namespace {

// From OpenStandby to a secured connection. Source: ours; three tries of a SYN (at 0, 1 and
// 3 s), and a radio that wakes up. Longer waits for a way that is gone. On a quiet way two: then
// a new attempt's SYN is sooner there than the third.
constexpr TimeDelta kStandbyConnect = TimeDelta::Millis(3500);
constexpr TimeDelta kQuietConnect = TimeDelta::Seconds(2);

// Attempts in a hand-over; then the present connection is all there is. Source: ours; with the
// default delays they span what a lift or a change of cell takes.
constexpr int kStandbyAttempts = 3;

// A standby that connects for longer than this is no better than a new attempt: its next SYN
// is seconds away. RFC 6298 section 2: "the sender SHOULD set RTO <- 1 second".
constexpr TimeDelta kFreshAttempt = TimeDelta::Seconds(1);

// An accepted standby waits this long for a key frame to begin with.
constexpr TimeDelta kKeyFrameWait = TimeDelta::Seconds(3);

ReconnectConfig StandbyRetries(ReconnectConfig config) {
  config.max_attempts = std::min(config.max_attempts, kStandbyAttempts - 1);
  return config;
}

bool IsRefusal(const Error& error) {
  return error.code == ErrorCode::kPublishRejected || error.code == ErrorCode::kRtmpRejected;
}

bool IsWithoutWord(const Error& error) {
  return error.code == ErrorCode::kPeerClosed || error.code == ErrorCode::kConnectionLost;
}

}  // namespace

Publish::Core::HandOver::HandOver(const ReconnectConfig& config, Rng rng)
    : backoff(StandbyRetries(config), rng) {}

std::string_view Publish::Core::TextOf(Why why) {
  switch (why) {
    case Why::kNetworkChanged:
      return "network changed";
    case Why::kRequested:
      return "the server asked";
    case Why::kQuiet:
      return "nothing confirmed";
  }
  return "";
}

Endpoint Publish::Core::Begin(Endpoint to, const std::optional<IpAddress>& from) {
  to.from = from;
  return to;
}

void Publish::Core::HandleNetworkChanged(const std::optional<IpAddress>& from, Timestamp at) {
  Advance(at);
  if (link_ == Link::kIdle || IsEnded()) return;
  trace_.Decision(now_, "publish.path", "changed", "");
  backoff_.Reset();
  if (link_ == Link::kLive) {
    // What was under way may hang on the way that is gone.
    LeaveStandby();
    BeginHandOver(Why::kNetworkChanged, std::nullopt, from);
    return Pump();
  }
  from_ = from;
  if (link_ == Link::kWaiting) {
    timers_.Stop(Timer::kRetry);
    AttemptIfReady();
  } else {
    LeaveConnection();
    Connect();
  }
  Pump();
}

void Publish::Core::HandleStandbyConnected(Timestamp at) {
  Advance(at);
  if (hand_over_.stage != Stage::kConnecting) return;
  hand_over_.transport = hand_over_.path.make_transport(now_);
  if (!hand_over_.transport) {
    StandbyFailed({ErrorCode::kInternal, "no transport was made"}, Stream::kOpen);
    return Pump();
  }
  hand_over_.stage = Stage::kOpening;
  if (line_start_) hand_over_.transport->ContinueLine(*line_start_);
  if (!tracks_.empty()) hand_over_.transport->SetTracks(tracks_.newest_tracks(), now_);
  timers_.Set(Timer::kStandby, now_ + config_.connect_timeout);
  Pump();
}

void Publish::Core::OnStandbyTime() {
  switch (hand_over_.stage) {
    case Stage::kNone:
      return;
    case Stage::kPreparing:
      return OpenStandbyIfReady();
    case Stage::kConnecting:
      return StandbyFailed({ErrorCode::kConnectTimeout, hand_over_.path.endpoint.host},
                           Stream::kOpen);
    case Stage::kOpening:
      return StandbyFailed({ErrorCode::kTimeout, hand_over_.path.endpoint.host}, Stream::kOpen);
    case Stage::kAccepted:
      return Promote();
  }
}

void Publish::Core::HandleStandbyClosed(const Error& error, Timestamp at) {
  Advance(at);
  if (!HasStandby()) return;
  StandbyFailed(error, Stream::kGone);
  Pump();
}

void Publish::Core::HandleStandbyBytes(ByteView in, Timestamp at) {
  Advance(at);
  if (!hand_over_.transport) return;
  hand_over_.transport->HandleBytes(in, now_);
  Pump();
}

void Publish::Core::BeginHandOver(Why why, std::optional<Path> target,
                                  const std::optional<IpAddress>& from) {
  if (link_ != Link::kLive || hand_over_.stage != Stage::kNone) return;
  trace_.Decision(now_, "publish.hand_over", "begin", TextOf(why));
  hand_over_.why = why;
  hand_over_.target = std::move(target);
  hand_over_.from = from;
  hand_over_.backoff.Reset();
  hand_over_.stage = Stage::kPreparing;
  if (!hand_over_.target) AskForUrl(UrlReason::kHandOver);
  OpenStandbyIfReady();
}

void Publish::Core::OpenStandbyIfReady() {
  if (hand_over_.stage != Stage::kPreparing) return;
  if (timers_.is_set(Timer::kUrl) || timers_.is_set(Timer::kStandby)) return;
  hand_over_.path = hand_over_.target ? *hand_over_.target : home_;
  OpenStandby();
}

void Publish::Core::OpenStandby() {
  ++stats_.attempts;
  hand_over_.stage = Stage::kConnecting;
  hand_over_.opened_at = now_;
  const TimeDelta most = hand_over_.why == Why::kQuiet ? kQuietConnect : kStandbyConnect;
  timers_.Set(Timer::kStandby, now_ + std::min(config_.connect_timeout, most));
  Emit(Publish::OpenStandby{Begin(hand_over_.path.endpoint, hand_over_.from)});
}

void Publish::Core::DrainStandby() {
  while (hand_over_.transport) {
    auto said = hand_over_.transport->Poll();
    if (const auto* idle = std::get_if<Idle>(&said)) {
      hand_over_.transport_idle = *idle;
      return;
    }
    if (auto* transmit = std::get_if<Transmit>(&said)) {
      const auto size = DataSize::Bytes(static_cast<std::int64_t>(transmit->bytes.size()));
      stats_.bytes_sent += size;
      written_before_ += size;  // Nothing of the present connection's.
      Emit(StandbyTransmit{std::move(transmit->bytes)});
      continue;
    }
    OnStandby(std::get<PublishTransport::Event>(std::move(said)));
  }
}

void Publish::Core::OnStandby(const PublishTransport::Event& event) {
  if (const auto* closed = std::get_if<PublishTransport::Closed>(&event)) {
    return StandbyFailed(closed->error, Stream::kOpen);
  }
  if (const auto* moved = std::get_if<PublishTransport::Moved>(&event)) {
    auto path = Elsewhere(moved->url, hand_over_.path);
    if (!path) return StandbyFailed(path.error(), Stream::kOpen);
    Emit(CloseStandby{});
    hand_over_.transport.reset();
    hand_over_.path = std::move(*path);
    return OpenStandby();
  }
  if (!std::holds_alternative<PublishTransport::Ready>(event)) return;
  hand_over_.stage = Stage::kAccepted;
  timers_.Set(Timer::kStandby, now_ + kKeyFrameWait);
  timers_.Stop(Timer::kKeyAsk);
  if (!tracks_.has_video()) Promote();
}

// A server that lets nobody in beside the publisher it has is given its room at once. A way
// that is quiet cannot carry the goodbye: there the present connection stays.
bool Publish::Core::MustBreakFirst(const Error& error) const {
  if (hand_over_.why == Why::kQuiet) return false;
  if (error.code == ErrorCode::kPublishConflict) return true;
  return hand_over_.stage == Stage::kOpening && IsWithoutWord(error);
}

void Publish::Core::StandbyFailed(const Error& error, Stream stream) {
  const bool must_break = MustBreakFirst(error);
  if (error.code == ErrorCode::kPublishConflict) ++stats_.publish_conflicts;
  if (stream == Stream::kOpen) Emit(CloseStandby{});
  hand_over_.transport.reset();
  timers_.Stop(Timer::kStandby);
  if (must_break) return BreakFirst(error);
  const auto wait = hand_over_.backoff.Next();
  const bool is_refused = IsRefusal(error) && config_.url_refresh == UrlRefresh::kNever;
  if (!wait || is_refused || error.code == ErrorCode::kLocalAddress) {
    ++stats_.hand_overs_failed;
    hand_over_.stage = Stage::kNone;
    Emit(HandOverFailed{error});
    return trace_.Decision(now_, "publish.hand_over", "given up", Describe(error.code).name);
  }
  trace_.Decision(now_, "publish.hand_over", "again", Describe(error.code).name);
  hand_over_.stage = Stage::kPreparing;
  timers_.Set(Timer::kStandby, now_ + *wait);
  if (IsRefusal(error)) hand_over_.target.reset();
  if (!hand_over_.target) {
    AskForUrl(IsRefusal(error) ? UrlReason::kRefused : UrlReason::kHandOver);
  }
}

// Break before make: goodbye, and a new connection without a wait.
void Publish::Core::BreakFirst(const Error& error) {
  trace_.Decision(now_, "publish.hand_over", "break first", Describe(error.code).name);
  ++stats_.hand_overs_failed;
  hand_over_.stage = Stage::kNone;
  Path next = hand_over_.path;
  from_ = hand_over_.from;
  SayGoodbye();
  Emit(CloseStream{});
  LeaveConnection();
  path_ = std::move(next);
  Enter(PublishState::kReconnecting, error, TimeDelta::Zero());
  Connect();
}

void Publish::Core::LeaveStandby() {
  if (HasStandby()) Emit(CloseStandby{});
  hand_over_.transport.reset();
  hand_over_.transport_idle = Idle{};
  hand_over_.stage = Stage::kNone;
  timers_.Stop(Timer::kStandby);
}

// The present way works again; what is only on its way to a connection is given up.
void Publish::Core::LeaveStandbyIfNotNeeded() {
  if (hand_over_.why != Why::kQuiet || watch_.is_quiet()) return;
  if (hand_over_.stage != Stage::kPreparing && hand_over_.stage != Stage::kConnecting) return;
  trace_.Decision(now_, "publish.hand_over", "not needed", "the present way works again");
  LeaveStandby();
}

void Publish::Core::Promote() {
  trace_.Decision(now_, "publish.hand_over", "done", TextOf(hand_over_.why));
  SayGoodbye();
  TakeStandby();
  MoveMedia();
}

// The present connection is over and a standby may stand in: accepted, or as the next attempt.
bool Publish::Core::FailOverToStandby(const Error& error) {
  const bool is_stale =
      hand_over_.stage == Stage::kConnecting && now_ - hand_over_.opened_at > kFreshAttempt;
  if (!HasStandby() || is_stale) return false;
  trace_.Decision(now_, "publish.hand_over", "fail over", Describe(error.code).name);
  const Stage stage = hand_over_.stage;
  const Timestamp deadline = timers_.deadline(Timer::kStandby);
  TakeStandby();
  if (stage == Stage::kAccepted) {
    MoveMedia();
    return true;
  }
  link_ = stage == Stage::kConnecting ? Link::kConnecting : Link::kOpening;
  timers_.Set(Timer::kConnect, std::max(deadline, now_ + kFreshAttempt));
  Enter(PublishState::kReconnecting, error, TimeDelta::Zero());
  return true;
}

void Publish::Core::TakeStandby() {
  auto transport = std::move(hand_over_.transport);
  Path path = std::move(hand_over_.path);
  hand_over_.stage = Stage::kNone;  // Nothing is left to close.
  Emit(PromoteStandby{});
  LeaveConnection();
  transport_ = std::move(transport);
  path_ = std::move(path);
  from_ = hand_over_.from;
}

// Pictures that wait refer to what went over the old connection.
void Publish::Core::MoveMedia() {
  ++stats_.hand_overs;
  Count(queue_.DropVideo());
  BeginSending();
}

void Publish::Core::AskForUrl(UrlReason why) {
  if (config_.url_refresh == UrlRefresh::kNever || timers_.is_set(Timer::kUrl)) return;
  ++stats_.url_requests;
  timers_.Set(Timer::kUrl, now_ + config_.url_refresh_timeout);
  Emit(WantsUrl{why});
}

void Publish::Core::RefreshUrl(const std::string& address, Timestamp at) {
  Advance(at);
  if (IsEnded()) return;
  const bool is_news = !address.empty() && address != answered_url_;
  auto path = is_news && find_path_ ? find_path_(address)
                                    : Result<Path>(onair::Fail(ErrorCode::kInvalidUrl, ""));
  if (path) {
    home_ = std::move(*path);
    answered_url_ = address;
    refused_.reset();
  }
  trace_.Decision(now_, "publish.url", path ? "new" : "kept", "");
  timers_.Stop(Timer::kUrl);
  OnUrlSettled();
  Pump();
}

// Answered, or not in time: whoever waited for it goes on.
void Publish::Core::OnUrlSettled() {
  if (refused_) return End(*std::exchange(refused_, std::nullopt));
  AttemptIfReady();
  OpenStandbyIfReady();
}

void Publish::Core::AttemptIfReady() {
  if (link_ != Link::kWaiting) return;
  if (timers_.is_set(Timer::kRetry) || timers_.is_set(Timer::kUrl)) return;
  redirects_ = 0;
  path_ = home_;
  Connect();
}

// A refusal is final unless the app has a newer address.
bool Publish::Core::MayHelp(const Error& error) const {
  return config_.url_refresh == UrlRefresh::kBeforeAttempts && IsRefusal(error);
}

Result<Publish::Path> Publish::Core::Elsewhere(const std::string& address, const Path& from) {
  ++stats_.redirects;
  if (++redirects_ > config_.max_redirects) {
    return onair::Fail(ErrorCode::kHttpRedirectLoop, from.endpoint.host);
  }
  if (!find_path_) return onair::Fail(ErrorCode::kUnsupported, "a redirect");
  auto path = find_path_(address);
  if (!path) return path;
  const bool was_secure = from.endpoint.security == Security::kTls;
  if (was_secure && path->endpoint.security != Security::kTls) {
    // The stream key would go over the network readable by anybody.
    return onair::Fail(ErrorCode::kRtmpRejected, "redirected from TLS to " + path->endpoint.host);
  }
  return path;
}

// An address that is no good is no reason to leave a connection that works.
void Publish::Core::OnReconnectRequest(const std::string& address) {
  ++stats_.reconnect_requests;
  if (address.empty()) {
    const bool is_home = path_.endpoint == home_.endpoint;
    return BeginHandOver(Why::kRequested, is_home ? std::nullopt : std::optional(path_), from_);
  }
  auto path = Elsewhere(address, path_);
  if (path) return BeginHandOver(Why::kRequested, std::move(*path), from_);
  trace_.Decision(now_, "publish.hand_over", "request ignored", Describe(path.error().code).name);
}

}  // namespace onair::session
