// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/play_switch.h"

#include <algorithm>
#include <utility>
#include <variant>

#include "codec/bitstream/capture_stamp.h"
#include "platform/runtime/clock.h"
#include "platform/sdk/destination.h"
#include "platform/sdk/fallback_url.h"

namespace onair {
namespace {

using session::Play;
using session::SpliceDecision;

// A joint is looked for this often: shorter than a picture at 60 a second.
constexpr TimeDelta kTick = TimeDelta::Millis(10);

// What the goodbye of a session that is left gets.
constexpr TimeDelta kFarewell = TimeDelta::Millis(500);
// Sessions that say goodbye beside the present one; of more the oldest is cut.
constexpr std::size_t kMostLeaving = 4;

// Of what was played last, for a stream that is opened later: 2 s at 60 pictures a second.
constexpr std::size_t kMostStamps = 120;

std::string_view NameOf(SwitchCause cause) {
  switch (cause) {
    case SwitchCause::kAsked:
      return "asked";
    case SwitchCause::kBandwidth:
      return "bandwidth";
    case SwitchCause::kFallback:
      return "fall back";
    case SwitchCause::kReturn:
      return "return";
  }
  return "";
}

// Enough of them in the spans that a choice looks at.
constexpr TimeDelta kSampleEvery = TimeDelta::Millis(100);

// Silence of a realtime stream is noticed to within this.
constexpr TimeDelta kLook = TimeDelta::Millis(50);

// With less to play, a lower quality or the fallback takes over within a GOP rather than at its
// next key frame.
constexpr TimeDelta kScarce = TimeDelta::Millis(200);

// What plays must not wait behind the cached group of what is opened beside it: that one's line is
// narrow at first, while the present one's delay grows, and open when it joins.
// Source: ours; on 5 Mbit/s 26 and 52 ms, below what the present line has given by then.
constexpr DataSize kFirstWindow = DataSize::Kibibytes(16);
constexpr TimeDelta kFirstWindowFor = TimeDelta::Millis(1'500);
constexpr DataSize kSecondWindow = DataSize::Kibibytes(32);
constexpr TimeDelta kWindowsFor = TimeDelta::Seconds(3);

// Over datagrams the server sends its cached group as fast as the line takes it, which no window
// bounds: what plays over TCP gets delay before, up to nearly so much and for so long.
// Source: ours; on 5 Mbit/s such an opening held TCP up by 100 to 220 ms
// (tests/bench/joint_sound.py).
constexpr TimeDelta kBraced = TimeDelta::Millis(400);
constexpr TimeDelta kNearlyBraced = TimeDelta::Millis(280);
constexpr TimeDelta kBraceFor = TimeDelta::Seconds(6);

// A server that a session was connected to ahead of time answers within two round trips, or what
// lies between has forgotten the connection. Source: ours; the least for threads to wake, the most
// for round trips over a satellite.
constexpr TimeDelta kLeastAnswer = TimeDelta::Millis(40);
constexpr TimeDelta kMostAnswer = TimeDelta::Millis(600);

// For the end of a stream no other address of it helps.
bool IsOver(const Play::StateChanged& state) {
  return state.state == PlayState::kEnded &&
         (!state.error || state.error->code == ErrorCode::kStreamEnded);
}

}  // namespace

PlaySwitch::PlaySwitch(LoopShare& net, const PlayerConfig& config, TraceSink& trace,
                       std::string url, std::unique_ptr<PlaySession> session, Outputs outputs)
    : net_(net),
      config_(config),
      trace_(trace),
      outputs_(std::move(outputs)),
      rng_(config.seed),
      home_(config.url) {
  present_.url = std::move(url);
  present_.session = std::move(session);
}

void PlaySwitch::Start(const std::optional<Play::StateChanged>& ended) {
  Listen(present_);
  MakeFallback();
  if (config_.quality_mode == QualityMode::kAutomatic) ChooseQuality();
  if (ended) return OnPresent(Play::StateChanged(*ended));
  present_.session->Start();
  DecideSoon();
}

void PlaySwitch::StartAhead(const std::optional<Play::StateChanged>& ended) {
  const PlaySessionStats ahead = present_.session->stats();
  const bool has_media = present_.session->ready() >= PreloadTier::kNewestGop;
  came_ahead_ = ahead.bytes_received;
  Start(ended);
  const OpeningStages& o = ahead.opening;
  // One that is still connecting is no later than another would be.
  if (ended || has_media || !o.connected) return;
  const TimeDelta round_trip = o.resolved ? *o.connected - *o.resolved : TimeDelta::Zero();
  races_at_ = runtime::Now() + std::clamp(round_trip * 2, kLeastAnswer, kMostAnswer);
  DecideAt(races_at_);
}

void PlaySwitch::Stop(TimeDelta flush_within, std::function<void()> on_stopped) {
  is_stopping_ = true;
  if (attempt_) Leave(std::move(std::exchange(attempt_, std::nullopt)->leg.session));
  SayHeldEnd();
  if (present_.number == 0) Listen(present_);  // It never started: its end is told.
  present_.session->Stop(flush_within, std::move(on_stopped));
}

void PlaySwitch::SwitchTo(const std::string& url) {
  if (is_stopping_) return;
  choice_.reset();
  wants_choice_ = false;
  if (attempt_ && attempt_->leg.url == url) {
    attempt_->cause = SwitchCause::kAsked;
    return;
  }
  if (url == present_.url) {
    if (attempt_) GiveUp(std::nullopt);
    if (std::exchange(home_, url) != url) MakeFallback();
    return;
  }
  Begin(url, SwitchCause::kAsked);
}

void PlaySwitch::ChooseQuality() {
  const auto playing = QualityOf(present_.url);
  if (choice_ || is_stopping_) return;
  wants_choice_ = !playing;
  if (!playing) return;
  std::vector<DataRate> rates;
  for (const PlayQuality& one : config_.qualities) rates.push_back(one.rate);
  choice_.emplace(config_.quality, std::move(rates), *playing, runtime::Now());
  DecideSoon();
}

std::optional<std::size_t> PlaySwitch::QualityOf(const std::string& url) const {
  const auto it = std::ranges::find(config_.qualities, url, &PlayQuality::url);
  if (it == config_.qualities.end()) return std::nullopt;
  return static_cast<std::size_t>(it - config_.qualities.begin());
}

PlaySwitch::Quality PlaySwitch::quality() const {
  Quality quality{.playing = QualityOf(present_.url)};
  if (!choice_) return quality;
  quality.mode = QualityMode::kAutomatic;
  quality.bandwidth = choice_->estimate();
  return quality;
}

void PlaySwitch::HandleNetworkChanged(const std::optional<IpAddress>& from) {
  present_.session->HandleNetworkChanged(from);
  if (!attempt_) return;
  // It may begin anew, with a GOP that is here already.
  attempt_->splice.OnLost();
  if (attempt_->leg.session) attempt_->leg.session->HandleNetworkChanged(from);
}

void PlaySwitch::MakeFallback() {
  fallback_.reset();
  if (!FallbackOf(config_, home_)) return;
  fallback_.emplace(config_.fallback, Rng(rng_.Next()), runtime::Now());
  if (present_.url != home_) fallback_->OnAhead();
  fallback_->OnState(present_.state, std::nullopt, runtime::Now());
}

void PlaySwitch::Listen(Leg& leg) {
  leg.number = next_leg_++;
  leg.session->SetHandler([this, number = leg.number](PlaySession::Event&& event) {
    if (number == present_.number) return OnPresent(std::move(event));
    if (attempt_ && number == attempt_->leg.number) OnBeside(std::move(event));
  });
}

void PlaySwitch::OnPresent(PlaySession::Event&& event) {
  if (const auto* decode = std::get_if<Play::DecodeFrame>(&event)) {
    NotePresentStamp(decode->frame);
    if (attempt_) DecideSoon();
  } else if (const auto* tracks = std::get_if<Play::TracksChanged>(&event)) {
    if (tracks->tracks.video) present_.codec = tracks->tracks.video->codec;
  } else if (std::holds_alternative<Play::FlushDecoders>(event)) {
    present_stamps_.clear();
    if (attempt_) attempt_->splice.OnPresentRestart();
  } else if (const auto* state = std::get_if<Play::StateChanged>(&event)) {
    return OnPresentState(*state);
  }
  outputs_.on_event(std::move(event));
}

// An end that another address may help is said when none did.
void PlaySwitch::OnPresentState(const Play::StateChanged& state) {
  present_.state = state.state;
  if (fallback_) fallback_->OnState(state.state, state.error, runtime::Now());
  DecideSoon();
  const bool is_end = state.state == PlayState::kEnded;
  const bool may_go_on = !is_stopping_ && (attempt_ || fallback_);
  if (is_end && !IsOver(state) && may_go_on) {
    present_.ended = state;
    return;
  }
  if (is_end) {
    is_over_ = attempt_.has_value();
    races_at_ = Timestamp::PlusInfinity();
    fallback_.reset();
    choice_.reset();
    wants_choice_ = false;
  }
  outputs_.on_event(Play::StateChanged(state));
}

void PlaySwitch::OnBeside(PlaySession::Event&& event) {
  Leg& leg = attempt_->leg;
  if (auto* arrived = std::get_if<Play::FrameArrived>(&event)) {
    EncodedFrame& frame = arrived->frame;
    if (frame.track() == TrackKind::kVideo) {
      const auto captured = codec::FindCaptureStamp(frame.payload.view(), leg.codec);
      if (captured) attempt_->splice.OnStamp({frame.pts, *captured});
    }
    attempt_->splice.OnFrame(std::move(frame), runtime::Now());
  } else if (const auto* tracks = std::get_if<Play::TracksChanged>(&event)) {
    if (tracks->tracks.video) leg.codec = tracks->tracks.video->codec;
    attempt_->splice.OnTracks(tracks->tracks);
  } else if (const auto* state = std::get_if<Play::StateChanged>(&event)) {
    // One that fails once is not better than what plays.
    if (state->error || state->state == PlayState::kEnded) leg.ended = *state;
    if (state->state == PlayState::kAwaitingPublisher) attempt_->splice.OnLost();
  }
  DecideSoon();
}

void PlaySwitch::NotePresentStamp(const EncodedFrame& frame) {
  if (frame.track() != TrackKind::kVideo) return;
  const auto captured = codec::FindCaptureStamp(frame.payload.view(), present_.codec);
  if (!captured) return;
  const session::Stamped stamp{frame.pts, *captured};
  present_stamps_.push_back(stamp);
  if (present_stamps_.size() > kMostStamps) present_stamps_.pop_front();
  if (attempt_) attempt_->splice.OnPresentStamp(stamp);
}

void PlaySwitch::Begin(const std::string& url, SwitchCause cause) {
  if (attempt_) GiveUp(std::nullopt);
  const Timestamp now = runtime::Now();
  attempt_.emplace(Attempt{{}, cause, now, session::Splice({}, now)});
  attempt_->leg.url = url;
  trace_.Decision(now, "play.switch", "begin", NameOf(cause));
  Tell(SwitchPhase::kBegan, std::nullopt);
  // A room that was made ready over HTTP-FLV goes on over WebRTC as soon as it can.
  const bool is_ahead = cause == SwitchCause::kReturn && counts_.fallbacks == 0;
  if (IsAtEase() && !is_ahead && IsRealtime(url) && !IsRealtime(present_.url)) Brace();
  if (attempt_->opens_by <= now) OpenBeside();
}

void PlaySwitch::Brace() {
  if (config_.session.buffer == BufferMode::kFixed) return;  // It has the delay that it has.
  attempt_->least_delay = kBraced;
  attempt_->opens_by = runtime::Now() + kBraceFor;
  DecideSoon();
}

void PlaySwitch::BeginRace() {
  const Timestamp now = runtime::Now();
  attempt_.emplace(Attempt{{}, SwitchCause::kAsked, now, session::Splice({}, now), true});
  attempt_->leg.url = present_.url;
  trace_.Decision(now, "play.switch", "begin", "made ready, no answer");
  OpenBeside();
}

void PlaySwitch::OpenBeside() {
  PlayerConfig config = config_;
  config.url = attempt_->leg.url;
  config.seed = rng_.Next();
  auto session = MakePlaySession(net_.loop(), config, trace_, [](PlaySession::Event&&) {});
  if (!session) return GiveUp(session.error());
  attempt_->leg.session = std::move(*session);
  attempt_->opened_at = runtime::Now();
  attempt_->splice.Restart(attempt_->opened_at);
  for (const auto& stamp : present_stamps_) attempt_->splice.OnPresentStamp(stamp);
  Listen(attempt_->leg);
  if (IsAtEase()) OpenWindow(kFirstWindow);
  attempt_->leg.session->StartBeside();
  DecideSoon();
}

// Not from inside a session's handler.
void PlaySwitch::Decide() {
  if (is_stopping_) return;
  if (std::exchange(is_over_, false)) return GiveUp(std::nullopt);
  LookForMedia();
  if (choice_ && QualityOf(present_.url)) SampleQuality();
  if (IsFallbackHeldUp()) GiveUp(std::nullopt);
  DecideRace();
  if (attempt_) DecideSplice();
  if (!attempt_ && fallback_) DecideFallback();
  if (!attempt_) SayHeldEnd();
  if (attempt_) return DecideAt(runtime::Now() + kTick);
  DecideAt(races_at_);
  if (choice_) DecideAt(std::max(next_sample_, runtime::Now() + kTick));
  if (fallback_) DecideAt(fallback_->decide_at());
  if (IsWatched()) DecideAt(runtime::Now() + kLook);
}

// By a change to another quality, which is realtime too, while nothing plays.
bool PlaySwitch::IsFallbackHeldUp() const {
  if (!attempt_ || !fallback_ || present_.state == PlayState::kPlaying) return false;
  const bool is_its =
      attempt_->cause == SwitchCause::kFallback || attempt_->cause == SwitchCause::kReturn;
  return !is_its && fallback_->Decide(runtime::Now()) == session::Fallback::Wish::kFallBack;
}

// Once: one that fails is the address's fault. The winner is who has media first.
void PlaySwitch::DecideRace() {
  const session::PlayoutPosition at = present_.session->position();
  const bool has_media = at.video_arrived || at.sound_arrived;
  if (attempt_ && attempt_->is_race && has_media) return GiveUp(std::nullopt);
  if (runtime::Now() < races_at_) return;
  races_at_ = Timestamp::PlusInfinity();
  if (has_media || attempt_ || present_.session->stats().bytes_received > came_ahead_) return;
  if (present_.url != home_) return Begin(home_, SwitchCause::kReturn);
  BeginRace();
}

void PlaySwitch::DecideSplice() {
  const Timestamp now = runtime::Now();
  if (attempt_->leg.ended) {
    return GiveUp(attempt_->leg.ended->error.value_or(Error{ErrorCode::kStreamEnded, ""}));
  }
  const bool is_back = attempt_->cause == SwitchCause::kFallback && fallback_ &&
                       fallback_->Decide(now) == session::Fallback::Wish::kNone;
  if (is_back) return GiveUp(std::nullopt);
  PlaySession& playing = *present_.session;
  if (!attempt_->leg.session) {
    const bool is_braced = playing.position().delay >= kNearlyBraced;
    if (is_braced || !IsAtEase() || now >= attempt_->opens_by) return OpenBeside();
    return playing.SetLeastDelay(attempt_->least_delay);
  }
  const bool is_tried = attempt_->cause == SwitchCause::kBandwidth && choice_ &&
                        present_.state == PlayState::kPlaying && !choice_->MayTakeOver(now);
  if (is_tried) return;
  const TimeDelta open_for = now - attempt_->opened_at;
  if (!IsAtEase() || open_for >= kWindowsFor) {
    OpenWindow(DataSize::Zero());
  } else if (open_for >= kFirstWindowFor && attempt_->window == kFirstWindow) {
    OpenWindow(kSecondWindow);
  }
  const SpliceDecision decision = attempt_->splice.Decide(playing.position(), present(), now);
  switch (decision.kind) {
    case SpliceDecision::Kind::kWait:
      if (decision.asks_for_key) attempt_->leg.session->RequestKeyFrame();
      return playing.SetLeastDelay(std::max(decision.least_delay, attempt_->least_delay));
    case SpliceDecision::Kind::kJoin:
      if (attempt_->leg.session->is_over()) return;  // What it ended with is about to be told.
      trace_.Decision(now, "play.switch", "join", decision.reason);
      return Join();
    case SpliceDecision::Kind::kGiveUp:
      return GiveUp(Error{ErrorCode::kTimeout, decision.reason});
  }
}

// Nothing is in need, nor on trial: a change may take its time, so that nobody hears it.
bool PlaySwitch::IsAtEase() const {
  const bool is_planned =
      attempt_->cause == SwitchCause::kAsked || attempt_->cause == SwitchCause::kReturn;
  return is_planned && !attempt_->is_race && present_.state == PlayState::kPlaying;
}

void PlaySwitch::OpenWindow(DataSize window) {
  if (std::exchange(attempt_->window, window) == window) return;
  attempt_->leg.session->LimitReceiveWindow(window);
}

// Whether a silence of the stream that plays means something.
bool PlaySwitch::IsWatched() const {
  const bool is_shown =
      present_.state == PlayState::kPlaying || present_.state == PlayState::kStalled;
  return fallback_ && !fallback_->has_fallen_back() && is_shown;
}

void PlaySwitch::LookForMedia() {
  if (!IsWatched()) return;
  const session::PlayoutPosition at = present_.session->position();
  const auto arrived = std::pair(at.video_arrived, at.sound_arrived);
  if (std::exchange(arrived_, arrived) != arrived) fallback_->OnMedia(runtime::Now());
}

void PlaySwitch::SampleQuality() {
  const Timestamp now = runtime::Now();
  if (now < next_sample_) return;
  next_sample_ = now + kSampleEvery;
  const PlaySessionStats stats = present_.session->stats();
  const session::PlayoutPosition at = present_.session->position();
  DataSize received = stats.bytes_received + received_beside_;
  if (attempt_ && attempt_->leg.session) received += attempt_->leg.session->stats().bytes_received;
  choice_->OnSample({.at = now,
                     .received = received,
                     .own = stats.bytes_received,
                     .arrived = at.video_arrived ? at.video_arrived : at.sound_arrived,
                     .buffered = stats.buffered,
                     .state = present_.state,
                     .packets = present_.session->arrivals()});
  trace_.Number(now, "play.bandwidth_kbps", choice_->estimate().kbps_f());
  DecideQuality();
}

// What the app or a realtime stream's absence began goes first.
void PlaySwitch::DecideQuality() {
  const Timestamp now = runtime::Now();
  if (attempt_ && attempt_->cause != SwitchCause::kBandwidth) return;
  const session::QualityDecision wanted = choice_->Decide(now);
  const std::string& url = config_.qualities[wanted.quality].url;
  if (attempt_ && attempt_->leg.url == url) return;
  if (attempt_) GiveUp(std::nullopt);
  if (wanted.quality == choice_->playing()) return;
  trace_.Decision(now, "play.quality", url, wanted.reason);
  choice_->OnBegan(wanted.quality, now);
  Begin(url, SwitchCause::kBandwidth);
}

void PlaySwitch::DecideFallback() {
  switch (fallback_->Decide(runtime::Now())) {
    case session::Fallback::Wish::kNone:
      return;
    case session::Fallback::Wish::kFallBack:
      return Begin(*FallbackOf(config_, home_), SwitchCause::kFallback);
    case session::Fallback::Wish::kReturn:
      return Begin(home_, SwitchCause::kReturn);
  }
}

session::Present PlaySwitch::present() const {
  const bool is_playing = present_.state == PlayState::kPlaying;
  const bool is_drop = attempt_ && attempt_->cause == SwitchCause::kBandwidth && choice_ &&
                       QualityOf(attempt_->leg.url) < QualityOf(present_.url);
  const bool is_urgent = is_drop || (attempt_ && attempt_->cause == SwitchCause::kFallback);
  if (is_urgent && present_.session->stats().buffered < kScarce) return session::Present::kLost;
  return is_playing ? session::Present::kPlaying : session::Present::kLost;
}

void PlaySwitch::Join() {
  const Timestamp now = runtime::Now();
  present_.session->SetLeastDelay(TimeDelta::Zero());
  auto progress = present_.session->GiveUp();
  counts_.frames_dropped += attempt_->splice.stats().frames_dropped;
  attempt_->leg.state = present_.state;  // Until it says another.
  OpenWindow(DataSize::Zero());
  Leg left = std::exchange(present_, std::move(attempt_->leg));
  attempt_->leg.url = present_.url;  // Still to be told.
  Leave(std::move(left.session));    // Its end is nobody's any more.
  present_.session->TakeOver(std::move(progress), attempt_->splice.Take());
  if (attempt_->is_race) return attempt_.reset();
  ++counts_.switches;
  Tell(SwitchPhase::kDone, std::nullopt);
  const SwitchCause cause = attempt_->cause;
  attempt_.reset();
  if (wants_choice_) ChooseQuality();
  if (cause == SwitchCause::kFallback) {
    ++counts_.fallbacks;
    return fallback_->OnFellBack(now);
  }
  if (cause == SwitchCause::kReturn) {
    if (fallback_) fallback_->OnReturned(now);
    return;
  }
  home_ = present_.url;
  if (const auto quality = QualityOf(home_); quality && choice_) choice_->OnPlays(*quality, now);
  MakeFallback();
}

void PlaySwitch::GiveUp(const std::optional<Error>& error) {
  if (!attempt_) return;
  const Timestamp now = runtime::Now();
  trace_.Decision(now, "play.switch", "give up",
                  error ? Describe(error->code).name : std::string_view("not needed"));
  if (!attempt_->is_race) ++counts_.switches_failed;
  counts_.frames_dropped += attempt_->splice.stats().frames_dropped;
  present_.session->SetLeastDelay(TimeDelta::Zero());
  if (!attempt_->is_race) Tell(SwitchPhase::kFailed, error);
  const SwitchCause cause = attempt_->cause;
  if (attempt_->leg.session) {
    received_beside_ += attempt_->leg.session->stats().bytes_received;
    Leave(std::move(attempt_->leg.session));
  }
  attempt_.reset();
  if (cause == SwitchCause::kBandwidth && choice_) choice_->OnFailed(now);
  const bool is_fallback = cause == SwitchCause::kFallback || cause == SwitchCause::kReturn;
  if (is_fallback && fallback_) fallback_->OnFailed(now);
}

void PlaySwitch::SayHeldEnd() {
  if (!present_.ended) return;
  const Play::StateChanged state = *std::exchange(present_.ended, std::nullopt);
  fallback_.reset();
  races_at_ = Timestamp::PlusInfinity();
  outputs_.on_event(Play::StateChanged(state));
}

void PlaySwitch::Leave(std::unique_ptr<PlaySession> session) {
  if (!session) return;
  PlaySession* const left = session.get();
  const std::uint64_t number = next_leg_++;
  leaving_.emplace_back(number, std::move(session));
  left->Stop(kFarewell, [this, number] {
    net_.Post([this, number] {
      std::erase_if(leaving_, [number](const auto& one) { return one.first == number; });
    });
  });
  if (leaving_.size() > kMostLeaving) leaving_.erase(leaving_.begin());
}

void PlaySwitch::Tell(SwitchPhase phase, const std::optional<Error>& error) {
  outputs_.on_switch(SwitchEvent{phase, attempt_->cause, attempt_->leg.url, error,
                                 runtime::Now() - attempt_->began_at});
}

void PlaySwitch::DecideSoon() {
  if (std::exchange(is_deciding_, true)) return;
  net_.Post([this] {
    is_deciding_ = false;
    Decide();
  });
}

void PlaySwitch::DecideAt(Timestamp at) {
  const Timestamp now = runtime::Now();
  const bool is_set = decides_at_ > now && decides_at_ <= at;
  if (at == Timestamp::PlusInfinity() || is_set) return;
  decides_at_ = std::max(at, now + TimeDelta::Millis(1));
  net_.PostAfter(decides_at_ - now, [this] { DecideSoon(); });
}

}  // namespace onair
