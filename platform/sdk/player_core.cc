// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/player_core.h"

#include <utility>

#include "codec/decode/audio_decoder.h"
#include "codec/decode/ffmpeg_video_decoder.h"
#include "platform/runtime/clock.h"
#include "platform/runtime/loop.h"
#include "platform/sdk/fallback_url.h"
#include "platform/sdk/media_session.h"
#include "platform/sdk/play_session.h"
#include "platform/sdk/preload_pool.h"
#include "platform/sdk/preloaded_room.h"

namespace onair {
namespace {

using session::Play;

// What a goodbye gets; the sound device closes beside it, within its own 300 ms (Speaker). Then the
// disk gets as long again for what is recorded.
constexpr TimeDelta kFlushWithin = TimeDelta::Millis(100);
constexpr TimeDelta kStopWithin = TimeDelta::Millis(200);
constexpr TimeDelta kCloseWithin = TimeDelta::Millis(200);

// What a sound device asks at least; its first pull tells the truth. Known from the start, so
// that the line does not have to move for it while sound is already playing.
constexpr TimeDelta kUsualLead = TimeDelta::Millis(20);

constexpr TimeDelta kSampleEvery = TimeDelta::Millis(100);

}  // namespace

Player::Core::Core(const PlayerConfig& config, Executor executor, Listener listener)
    : config_(config),
      trace_(config.trace != nullptr ? *config.trace : NullTrace()),
      gate_(std::move(executor), std::move(listener)),
      recording_(gate_.emitter()),
      snapshots_(gate_.emitter()),
      data_([this](StreamDataEvent event, std::function<void()> told) {
        gate_.Emit(std::move(event), std::move(told));
      }) {}

Status Player::Core::Open() {
  if (auto status = OpenDecoders(); !status) return status;
  if (auto room = MayTake() ? config_.preload->Take(config_.url) : nullptr) {
    net_.emplace(room->loop);
    MakeSwitch(room->url, std::move(room->session));
    ahead_ = std::move(room->picture);
    preloaded_ = room->tier;
    ended_ahead_ = std::move(room->ended);
    return {};
  }
  const auto loop = std::make_shared<runtime::Loop>("onair.net");
  auto session = MakePlaySession(*loop, config_, trace_, [](PlaySession::Event&&) {});
  if (!session) return Forward(session);
  if (auto status = loop->Start(); !status) return status;
  net_.emplace(loop);
  MakeSwitch(config_.url, std::move(*session));
  return {};
}

Status Player::Core::OpenDecoders() {
  auto video = config_.make_video_decoder
                   ? config_.make_video_decoder()
                   : codec::OpenFfmpegVideoDecoder({.threads = config_.decode_threads});
  if (!video) return Forward(video);
  auto audio = codec::OpenAudioDecoder();
  if (!audio) return Forward(audio);
  decode_ = std::make_unique<DecodeLine>(
      std::move(*video), std::move(*audio), pictures_,
      DecodeLine::Outputs{
          .picture_ready = [this] { OnPictureReady(); },
          .decode_failed =
              [this] { net_->Post([this] { switch_->playing().HandleDecodeFailed(); }); },
          .has_no_decoder =
              [this](std::int64_t tracks, const Error& error) {
                net_->Post([this, tracks, error] { OnNoDecoder(tracks, error); });
              },
          .audio = [this](const AudioFormat& format) { return StartSound(format); },
          .shown_from =
              [this] {
                pictures_.ExpectGap();
                net_->Post([this] { switch_->playing().HandlePicture(); });
              }},
      trace_);
  return {};
}

// Who wants realtime media alone takes nothing else meanwhile.
bool Player::Core::MayTake() const {
  if (!config_.preload) return false;
  return config_.fallback_use != FallbackUse::kNever || !FallbackUrlOf(config_.url);
}

void Player::Core::MakeSwitch(std::string url, std::unique_ptr<PlaySession> session) {
  switch_ = std::make_unique<PlaySwitch>(
      *net_, config_, trace_, std::move(url), std::move(session),
      PlaySwitch::Outputs{
          .on_event = [this](PlaySession::Event&& event) { OnEvent(std::move(event)); },
          .on_switch = [this](const SwitchEvent& event) { gate_.Emit(event); }});
}

void Player::Core::SetAudioOutput(std::unique_ptr<AudioOutput> output) {
  if (is_started_) return;
  sound_.SetOutput(std::move(output), [this](const Status& status) { OnSoundOpened(status); });
}

Status Player::Core::Start() {
  if (is_stopping_) return Fail(ErrorCode::kInvalidState, "already stopped");
  if (is_started_.exchange(true)) return Fail(ErrorCode::kInvalidState, "already started");
  started_at_ = runtime::Now().us();
  decode_->Start();
  net_->Post([this] {
    if (sound_.has_output()) switch_->playing().HandleAudioLead(kUsualLead);
    ShowAhead();
    if (ended_ahead_) {
      switch_->StartAhead(*ended_ahead_);
    } else {
      switch_->Start(std::nullopt);
    }
    Sample();
  });
  return {};
}

void Player::Core::Stop() {
  if (is_stopping_.exchange(true)) return;
  if (!net_) return SetStopped();
  net_->Post([this] {
    Sample();
    switch_->Stop(kFlushWithin, [this] { SetStopped(); });
  });
}

void Player::Core::Close(const std::function<void()>& before_silence) {
  if (std::exchange(is_closed_, true)) return;
  Stop();
  sound_.Close();
  recording_.Stop();
  WaitUntilStopped();
  static_cast<void>(recording_.WaitUntilClosed(runtime::Now() + kCloseWithin));
  if (before_silence) before_silence();
  gate_.Close();
  if (net_) net_->Close([this] { switch_.reset(); });
  if (decode_) decode_->Stop();
  sound_.Release();
}

void Player::Core::SetStopped() {
  {
    const runtime::MutexLock lock(mutex_);
    is_stopped_ = true;
  }
  stopped_.NotifyAll();
}

void Player::Core::WaitUntilStopped() {
  const Timestamp deadline = runtime::Now() + kStopWithin;
  const runtime::MutexLock lock(mutex_);
  while (!is_stopped_ && runtime::Now() < deadline) stopped_.WaitUntil(mutex_, deadline);
}

void Player::Core::NetworkChanged(const std::optional<IpAddress>& from) {
  net_->Post([this, from] { switch_->HandleNetworkChanged(from); });
}

Status Player::Core::SwitchTo(const std::string& url) {
  if (!is_started_) return Fail(ErrorCode::kInvalidState, "not started");
  if (auto status = CheckPlayable(url); !status) return status;
  if (IsMediaPlay(config_.url) || IsMediaPlay(url)) {
    return Fail(ErrorCode::kUnsupported, "switching of files and playlists");
  }
  net_->Post([this, url] { switch_->SwitchTo(url); });
  return {};
}

Status Player::Core::PinQuality(std::size_t index) {
  if (index >= config_.qualities.size()) return Fail(ErrorCode::kInvalidConfig, "quality");
  return SwitchTo(config_.qualities[index].url);
}

Status Player::Core::ChooseQuality() {
  if (!is_started_) return Fail(ErrorCode::kInvalidState, "before the start");
  if (config_.qualities.empty()) return Fail(ErrorCode::kInvalidConfig, "qualities");
  net_->Post([this] { switch_->ChooseQuality(); });
  return {};
}

Status Player::Core::Command(std::function<void(PlaySession&)> command) {
  if (!IsMediaPlay(config_.url)) return Fail(ErrorCode::kUnsupported, "live streams");
  net_->Post([this, command = std::move(command)] { command(switch_->playing()); });
  return {};
}

std::shared_ptr<PictureSource> Player::Core::HandOverPictures() {
  auto surface = surfaces_.Add();
  // The picture that is there is one for this display. Before the start there is none.
  if (is_started_) net_->Post([this] { OnPictureReady(); });
  return surface;
}

void Player::Core::OnPresented(const VideoFrame& frame, const CaptureTime& when) {
  const bool is_first = !has_presented_.exchange(true);
  pictures_.OnPresented(frame, when);
  trace_.Number(when.at, "play.presented_pts_ms", static_cast<double>(frame.pts.ms()));
  if (is_first) {
    TraceFirst(when.at);
    gate_.Emit(FirstPictureEvent{when.at - Timestamp::Micros(started_at_)});
  }
  data_.OnPresented(frame.pts);
  facts_.NotePresented(frame.pts, when.at, sound_.error());
}

// What comes after the network's stages, and the whole.
void Player::Core::TraceFirst(Timestamp presented_at) {
  const auto decoded_at = decode_->counts().first_decoded_at;
  if (decoded_at) trace_.Span(*decoded_at, presented_at, "play.first_render");
  trace_.Span(Timestamp::Micros(started_at_), presented_at, "play.first_frame");
}

PlayerStats Player::Core::stats() const {
  PlayerStats stats;
  facts_.Fill(stats);
  sound_.Fill(stats);
  const auto decoded = decode_->counts();
  stats.frames_decoded = decoded.decoded;
  stats.decode_errors = decoded.errors;
  stats.first_decoded_at = decoded.first_decoded_at;
  stats.decoder_open_began_at = decoded.open_began_at;
  stats.decoder_opened_at = decoded.opened_at;
  const auto shown = pictures_.counts(runtime::Now(), facts_.expected_until());
  stats.first_presented_at = shown.first_presented_at;
  stats.frames_presented = shown.presented;
  stats.frames_dropped = shown.dropped + decoded.dropped;
  stats.latency = shown.latency;
  stats.latency_now = shown.latency_now;
  stats.freeze_percent = shown.freeze_percent;
  stats.frame_rate = shown.frame_rate;
  stats.picture_size = shown.size;
  if (started_at_ != 0) stats.started_at = Timestamp::Micros(started_at_);
  stats.preloaded = preloaded_;
  // Decoded before anybody came.
  if (was_ahead_) stats.first_decoded_at = stats.started_at;
  const auto recorded = recording_.counts();
  stats.pictures_recorded = recorded.frames;
  stats.pictures_not_recorded = recorded.dropped;
  stats.recorded = recorded.size;
  stats.stream_data_dropped = data_.dropped();
  return stats;
}

// From a pool: a picture that is there already waits for nothing.
void Player::Core::ShowAhead() {
  if (!ahead_) return;
  was_ahead_ = true;
  pictures_.PushAhead(std::move(*ahead_), runtime::Now());
  ahead_.reset();
  OnPictureReady();
}

void Player::Core::Sample() {
  facts_.Sample(*switch_);
  if (!is_stopping_) net_->PostAfter(kSampleEvery, [this] { Sample(); });
}

void Player::Core::OnEvent(PlaySession::Event&& event) {
  if (auto* decode = std::get_if<Play::DecodeFrame>(&event)) {
    recording_.Push(decode->frame);
    if (!hidden_until_ || decode->frame.pts > *hidden_until_) data_.Push(decode->frame);
    decode_->Push(DecodeLine::Decode{std::move(decode->frame), decode->render_at});
  } else if (auto* tracks = std::get_if<Play::TracksChanged>(&event)) {
    gate_.Emit(TracksEvent{tracks->tracks});
    recording_.SetTracks(tracks->tracks);
    data_.SetTracks(tracks->tracks);
    decode_->Push(DecodeLine::NewTracks{std::move(tracks->tracks), ++tracks_});
  } else if (const auto* line = std::get_if<Play::LineChanged>(&event)) {
    decode_->Push(DecodeLine::Line{line->line});
    facts_.SetLine(line->line);
  } else if (std::holds_alternative<Play::FlushDecoders>(event)) {
    recording_.Jump();
    data_.Clear();
    hidden_until_.reset();
    decode_->Push(DecodeLine::Flush{});
  } else if (const auto* hide = std::get_if<Play::HidePictures>(&event)) {
    recording_.Jump();  // It needs the GOP whole, what was shown of it included.
    hidden_until_ = hide->until;
    decode_->Push(DecodeLine::Hide{hide->until});
  } else if (const auto* state = std::get_if<Play::StateChanged>(&event)) {
    OnState(*state);
  } else {
    OnMediaEvent(event);
  }
}

// What files have more than live streams.
void Player::Core::OnMediaEvent(const PlaySession::Event& event) {
  if (const auto* form = std::get_if<PlaySession::PictureForm>(&event)) {
    decode_->Push(
        DecodeLine::PictureForm{form->rotation, form->stamps == PlaySession::Stamps::kPast});
  } else if (const auto* from = std::get_if<PlaySession::ShowFrom>(&event)) {
    decode_->Push(DecodeLine::ShowFrom{from->place});
  } else if (std::holds_alternative<PlaySession::Drain>(event)) {
    decode_->Push(DecodeLine::Drain{});
  } else if (const auto* sought = std::get_if<PlaySession::Sought>(&event)) {
    gate_.Emit(SeekedEvent{sought->position, sought->error});
  }
}

void Player::Core::OnState(const Play::StateChanged& state) {
  if (facts_.SetState(state.state, runtime::Now())) pictures_.ExpectGap();
  const bool is_over = state.state == PlayState::kEnded;
  gate_.Emit(PlayStateEvent{state.state, is_over && end_ ? end_ : state.error, state.retry_in});
}

// Unless others came meanwhile. Another connection would bring the same.
void Player::Core::OnNoDecoder(std::int64_t tracks, const Error& error) {
  if (is_stopping_ || tracks != tracks_) return;
  end_ = error;
  Stop();
}

void Player::Core::OnPictureReady() {
  if (on_picture_ready_) on_picture_ready_();
}

// The sound device may pull after this object is gone: it posts through an executor that is silent
// then.
std::shared_ptr<AudioRenderer> Player::Core::StartSound(const AudioFormat& format) {
  return sound_.Begin(format, [this, on_net = net_->executor()](TimeDelta lead) {
    on_net([this, lead] { switch_->playing().HandleAudioLead(lead); });
  });
}

// On onair.sound, before the device is closed.
void Player::Core::OnSoundOpened(const Status& status) {
  if (!status && !is_stopping_) gate_.Emit(SoundFailedEvent{status.error()});
  trace_.Decision(runtime::Now(), "play.sound", status ? "started" : "failed",
                  status ? "" : status.error().detail);
}

}  // namespace onair
