// SPDX-License-Identifier: Apache-2.0
#include "core/session/realtime_play.h"

#include <type_traits>
#include <utility>
#include <variant>

namespace onair::session {
namespace {

PlaySessionConfig InRealtime(PlaySessionConfig config) {
  const bool is_automatic =
      config.buffer == BufferMode::kAuto || config.buffer == BufferMode::kFast;
  if (is_automatic) config.buffer = BufferMode::kRealtime;
  return config;
}

}  // namespace

RealtimePlay::RealtimePlay(const PlaySessionConfig& config, MakeRealtimeTransport make_transport,
                           Rng rng, TraceSink& trace)
    : config_(InRealtime(config)),
      link_(std::move(make_transport)),
      backoff_(config.reconnect, rng),
      gap_backoff_(LooksForPublisher(config.reconnect), Rng(rng.Next())),
      trace_(trace),
      progress_(std::make_unique<PlayProgress>(config_, PlayoutStyle::OfDatagrams(), trace)) {}

void RealtimePlay::HandleWire(const WireInput& in, Timestamp now) {
  Advance(now);
  std::visit([this](const auto& one) { Note(one); }, in);
  link_.HandleWire(in, now_);
}

// The stages of the opening, which are signalling's alone, and what counts as media on its way.
template <typename Input>
void RealtimePlay::Note(const Input& in) {
  if constexpr (std::is_same_v<Input, Datagram>) {
    if (link_.is_open()) NoteBytes(in.bytes.size());
  } else if constexpr (requires { in.id; }) {
    if (!link_.is_present(in.id)) return;
    const auto mark = [this, &in](PlayProgress::Stage stage, std::string_view name) {
      if (phase_ == Phase::kOpening && in.id == signalling_) progress_->Mark(stage, name, now_);
    };
    if constexpr (std::is_same_v<Input, StreamResolved>) {
      mark(&OpeningStages::resolved, "play.resolve");
    } else if constexpr (std::is_same_v<Input, StreamReached>) {
      mark(&OpeningStages::connected, "play.connect");
    } else if constexpr (std::is_same_v<Input, StreamConnected>) {
      mark(&OpeningStages::connected, "play.connect");
      if (is_stream_secured_) mark(&OpeningStages::secured, "play.secure");
    } else if constexpr (std::is_same_v<Input, StreamBytes>) {
      mark(&OpeningStages::first_byte, "play.first_byte");
      NoteBytes(in.bytes.size());
    }
  }
}

void RealtimePlay::HandleTimeout(Timestamp now) {
  Advance(now);
  link_.HandleTimeout(now_);
  if (IsOver()) return;
  playout().OnTime(now_);
  if (timers_.TakeDue(Timer::kLasting, now_)) backoff_.Reset();
  if (timers_.TakeDue(Timer::kGap, now_)) PlayOut();
  if (timers_.TakeDue(Timer::kRetry, now_)) Attempt();
  if (timers_.TakeDue(Timer::kConnect, now_)) Fail(link_->Obstacle(), std::nullopt);
  if (timers_.TakeDue(Timer::kStall, now_) || timers_.TakeDue(Timer::kUsable, now_)) {
    Fail({ErrorCode::kStalled, "no media"}, std::nullopt);
  }
  Sync();
  if (timers_.TakeDue(Timer::kPlayOut, now_)) End(Error{ErrorCode::kStreamEnded, ""});
}

void RealtimePlay::HandleNetworkChanged(const std::optional<IpAddress>& from, Timestamp now) {
  Advance(now);
  from_ = from;
  trace_.Decision(now_, "play.path", "changed", "");
  if (phase_ == Phase::kOpen) return link_->HandleNetworkChanged(from_, now_);
  if (phase_ != Phase::kOpening && phase_ != Phase::kWaiting) return;
  backoff_.Reset();
  if (phase_ == Phase::kOpening) LeaveConnection();
  Attempt();
}

void RealtimePlay::Start(Timestamp now) {
  Advance(now);
  if (phase_ != Phase::kIdle) return;
  progress_->Begin(now_);
  Attempt();
}

void RealtimePlay::StartBeside(Timestamp now) {
  if (phase_ != Phase::kIdle) return;
  is_beside_ = true;
  Start(now);
}

std::unique_ptr<PlayProgress> RealtimePlay::GiveUp(Timestamp now) {
  Advance(now);
  if (!IsOver()) Sync();
  is_beside_ = true;
  auto given = std::exchange(
      progress_, std::make_unique<PlayProgress>(config_, PlayoutStyle::OfDatagrams(), trace_));
  progress_->RestartOpening(now_);
  return given;
}

void RealtimePlay::TakeOver(std::unique_ptr<PlayProgress> progress, HeldMedia media,
                            Timestamp now) {
  Advance(now);
  if (IsOver() || !is_beside_) return;
  is_beside_ = false;
  shift_ = media.joint.shift;
  progress->Inherit(*progress_);
  progress_ = std::move(progress);
  playout().GoOn(media.joint, config_, PlayoutStyle::OfDatagrams(), now_);
  if (asked_delay_) playout().SetDelayRange(asked_delay_->least, asked_delay_->most);
  playout().OnTracks(media.tracks, now_);
  for (EncodedFrame& frame : media.frames) Feed(std::move(frame));
  playout().OnHeldFed();
  Sync();
}

void RealtimePlay::RequestKeyFrame(Timestamp now) {
  Advance(now);
  if (phase_ != Phase::kOpen) return;
  trace_.Decision(now_, "play.key_frame", "wanted", "for a joint");
  link_->RequestKeyFrame(now_);
}

// True: it can be decoded, or somebody else's to tell.
bool RealtimePlay::Feed(EncodedFrame frame) {
  if (is_beside_) {
    progress_->said().emplace_back(FrameArrived{std::move(frame)});
    return true;
  }
  frame.pts += shift_;
  frame.dts += shift_;
  return playout().OnFrame(std::move(frame), now_);
}

void RealtimePlay::HandleDecodeFailed(Timestamp now) {
  Advance(now);
  if (IsOver()) return;
  playout().OnDecodeFailed(now_);
  if (playout().awaits_key()) AskForKey("decode failed");
  Sync();
}

void RealtimePlay::HandleAudioLead(TimeDelta lead, Timestamp now) {
  Advance(now);
  playout().SetAudioLead(lead);
}

void RealtimePlay::Stop(Timestamp now) {
  Advance(now);
  link_.Leave(farewell_, now_);
  if (!IsOver()) End(std::nullopt);
}

RealtimeOutput<RealtimePlay::Event> RealtimePlay::Poll() {
  for (;;) {
    auto& said = progress_->said();
    if (!said.empty()) {
      Event first = std::move(said.front());
      said.pop_front();
      return first;
    }
    auto told = link_.Poll();
    if (auto* event = std::get_if<RealtimeTransport::Event>(&told)) {
      OnTransport(std::move(*event));
    } else if (const auto* idle = std::get_if<Idle>(&told)) {
      if (!IsOver()) return Earlier(*idle, Earlier(timers_.Next(), playout().Next()));
      if (phase_ == Phase::kEnded || !link_.is_quiet()) return *idle;
      phase_ = Phase::kEnded;
      Enter(PlayState::kEnded, std::exchange(reason_, std::nullopt), TimeDelta::Zero());
    } else {
      NoteSaid(told);
      return HandOn<Event>(std::move(told));
    }
  }
}

void RealtimePlay::NoteSaid(const RealtimeOutput<RealtimeLink::Event>& told) {
  if (const auto* transmit = std::get_if<StreamTransmit>(&told)) {
    if (!link_.is_present(transmit->id) || transmit->id != signalling_) return;
    progress_->Mark(&OpeningStages::requested, "play.request", now_);
  } else if (const auto* order = std::get_if<WireOrder>(&told)) {
    const auto* open = std::get_if<OpenStream>(order);
    if (open == nullptr || !link_.is_present(open->id)) return;
    if (open->use != StreamUse::kSignalling) return;
    signalling_ = open->id;
    is_stream_secured_ = open->endpoint.security == Security::kTls;
  }
}

PlaySessionStats RealtimePlay::stats() const {
  PlaySessionStats stats = progress_->stats(now_);
  stats.farewells_cut = link_.farewells_cut();
  return stats;
}

void RealtimePlay::Attempt() {
  StopAttemptTimers();
  if (!link_.Open(now_)) return End(Error{ErrorCode::kInternal, "no transport was made"});
  phase_ = Phase::kOpening;
  has_asked_ = false;
  progress_->OnConnection();
  timers_.Set(Timer::kConnect, now_ + config_.connect_timeout);
  if (from_) link_->HandleNetworkChanged(from_, now_);
  link_->Start(now_);
}

void RealtimePlay::OnTransport(RealtimeTransport::Event&& event) {
  using Transport = RealtimeTransport;
  if (const auto* failed = std::get_if<Transport::Failed>(&event)) return OnFailed(*failed);
  if (std::holds_alternative<Transport::Ready>(event)) return OnReady();
  if (auto* frame = std::get_if<EncodedFrame>(&event)) {
    OnFrame(std::move(*frame));
  } else if (const auto* changed = std::get_if<Transport::TracksChanged>(&event)) {
    OnTracks(changed->tracks);
  } else if (const auto* asked = std::get_if<Transport::PlayoutDelayAsked>(&event)) {
    trace_.Number(now_, "play.asked_delay_ms", asked->least.ms_f());
    asked_delay_ = *asked;
    playout().SetDelayRange(asked->least, asked->most);
  } else if (const auto* refused = std::get_if<Transport::NetworkRefused>(&event)) {
    from_.reset();
    trace_.Decision(now_, "play.path", "refused", refused->error.detail);
  }
  Sync();
}

void RealtimePlay::OnTracks(const StreamTracks& tracks) {
  if (!is_beside_) return playout().OnTracks(tracks, now_);
  progress_->said().emplace_back(TracksChanged{tracks});
}

void RealtimePlay::OnReady() {
  if (phase_ != Phase::kOpening) return;
  phase_ = Phase::kOpen;
  timers_.Stop(Timer::kConnect);
  trace_.Span(*progress_->started_at(), now_, "play.media_path");
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
    progress_->Mark(&OpeningStages::first_key_frame, "play.first_key_frame", now_);
  }
  NoteProgress();
  if (!Feed(std::move(frame))) return AskForKey("pictures that begin nowhere");
  timers_.Set(Timer::kUsable, now_ + config_.usable_timeout);
  if (progress_->NoteMedia()) timers_.Set(Timer::kLasting, now_ + PlayProgress::kLastingSuccess);
}

// A server that says goodbye to somebody whom it sent media has no more of it.
void RealtimePlay::OnFailed(const RealtimeTransport::Failed& failed) {
  const bool has_left = failed.error.code == ErrorCode::kStreamEnded ||
                        (failed.error.code == ErrorCode::kPeerClosed && progress_->had_media());
  if (has_left && !IsInGap()) return OnPublisherLeft();
  Fail(failed.error, failed.retry_in);
}

// The stream is over unless somebody publishes it again in time.
void RealtimePlay::OnPublisherLeft() {
  if (config_.publisher_gap == TimeDelta::Zero()) return PlayOut();
  LeaveConnection();
  progress_->NoteGap();
  gap_backoff_.Reset();
  timers_.Set(Timer::kGap, now_ + config_.publisher_gap);
  playout().OnPublisherLeft();
  Sync();
  Enter(PlayState::kAwaitingPublisher, std::nullopt, TimeDelta::Zero());
  RetryInGap({ErrorCode::kPeerClosed, ""}, std::nullopt);
}

void RealtimePlay::NoteBytes(std::size_t count) {
  if (progress_->NoteBytes(count)) NoteProgress();
}

void RealtimePlay::NoteProgress() {
  progress_->NoteProgress();
  if (phase_ == Phase::kOpen && !IsInGap()) {
    timers_.Set(Timer::kStall, now_ + config_.stall_timeout);
  }
}

// The transport repeats it until a key frame comes.
void RealtimePlay::AskForKey(const char* why) {
  if (phase_ != Phase::kOpen || std::exchange(has_asked_, true)) return;
  trace_.Decision(now_, "play.key_frame", "wanted", why);
  link_->RequestKeyFrame(now_);
}

void RealtimePlay::PlayOut() {
  Sync();
  LeaveConnection();
  timers_.StopAll();
  phase_ = Phase::kPlayingOut;
  timers_.Set(Timer::kPlayOut, playout().PlaysOutAt(now_));
}

void RealtimePlay::Fail(const Error& error, std::optional<TimeDelta> least_wait) {
  Sync();
  LeaveConnection();
  if (error.code == ErrorCode::kLocalAddress) from_.reset();  // Any way is better than none.
  if (IsInGap()) return RetryInGap(error, least_wait);
  if (Describe(error.code).retryable == Retryable::kNo) return End(error);
  const auto wait = backoff_.Next(least_wait);
  if (!wait) return End(GivenUp(config_.reconnect, error));
  timers_.Set(Timer::kRetry, now_ + *wait);
  Enter(PlayState::kReconnecting, error, *wait);
}

// Until the gap is over a server that knows nothing of the stream is no news. One that does not
// let us in any more has nothing to wait for.
void RealtimePlay::RetryInGap(const Error& error, std::optional<TimeDelta> least_wait) {
  const bool may_retry = config_.reconnect.max_attempts > 0;
  if (!may_retry || Describe(error.code).retryable == Retryable::kNo) return PlayOut();
  timers_.Set(Timer::kRetry, now_ + *gap_backoff_.Next(least_wait));
  trace_.Decision(now_, "play.publisher", "look again", Describe(error.code).name);
}

void RealtimePlay::LeaveConnection() {
  StopAttemptTimers();
  if (!link_.is_open()) return;
  link_.Leave(RealtimeLink::kParting, now_);
  phase_ = Phase::kWaiting;
  progress_->OnConnection();
}

// All but the gap's, which spans attempts.
void RealtimePlay::StopAttemptTimers() {
  const Timestamp gap_ends = timers_.deadline(Timer::kGap);
  timers_.StopAll();
  timers_.Set(Timer::kGap, gap_ends);
}

// Told when the goodbyes are said.
void RealtimePlay::End(std::optional<Error> error) {
  Sync();
  if (link_.is_open()) link_.Leave(RealtimeLink::kParting, now_);
  timers_.StopAll();
  phase_ = Phase::kLeaving;
  reason_ = std::move(error);
}

void RealtimePlay::Sync() {
  if (IsOver()) return playout().said().clear();
  progress_->Sync(now_);
}

}  // namespace onair::session
