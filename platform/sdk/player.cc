// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/player.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "codec/decode/audio_decoder.h"
#include "codec/decode/ffmpeg_video_decoder.h"
#include "platform/runtime/clock.h"
#include "platform/runtime/loop.h"
#include "platform/sdk/audio_renderer.h"
#include "platform/sdk/decode_line.h"
#include "platform/sdk/event_gate.h"
#include "platform/sdk/fallback_url.h"
#include "platform/sdk/loop_share.h"
#include "platform/sdk/media_session.h"
#include "platform/sdk/picture_queue.h"
#include "platform/sdk/play_recording.h"
#include "platform/sdk/play_session.h"
#include "platform/sdk/play_switch.h"
#include "platform/sdk/preload_pool.h"
#include "platform/sdk/preloaded_room.h"
#include "platform/sdk/snapshot_writer.h"
#include "platform/sdk/speaker.h"
#include "platform/sdk/stream_data.h"
#include "platform/sdk/surfaces.h"

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

constexpr std::size_t kMostQualities = 16;

Status CheckQualities(const PlayerConfig& config) {
  const auto& all = config.qualities;
  if (all.empty()) return {};
  if (all.size() > kMostQualities) return Fail(ErrorCode::kInvalidConfig, "qualities: over 16");
  bool has_url = false;
  DataRate before = DataRate::Zero();
  for (const PlayQuality& one : all) {
    if (auto status = CheckPlayable(one.url); !status) return status;
    if (IsMediaPlay(one.url)) return Fail(ErrorCode::kUnsupported, "qualities: " + one.url);
    if (one.rate <= before)
      return Fail(ErrorCode::kInvalidConfig, "qualities: rates not ascending");
    before = one.rate;
    has_url = has_url || one.url == config.url;
  }
  if (!has_url) return Fail(ErrorCode::kInvalidConfig, "qualities: url is not among them");
  return {};
}

}  // namespace

Status PlayerConfig::Validate() const {
  if (auto status = CheckPlayable(url); !status) return status;
  if (decode_threads < 1 || decode_threads > 16) {
    return Fail(ErrorCode::kInvalidConfig, "decode_threads");
  }
  if (!fallback_url.empty()) {
    if (auto status = CheckPlayable(fallback_url); !status) return status;
    if (IsMediaPlay(fallback_url)) return Fail(ErrorCode::kUnsupported, "fallback_url");
  }
  if (auto status = fallback.Validate(); !status) return status;
  if (auto status = CheckQualities(*this); !status) return status;
  if (auto status = quality.Validate(); !status) return status;
  return session.Validate();
}

// Threads: that of `net_` runs the session; onair.decode belongs to `decode_`, onair.sound to
// `speaker_`.
class Player::Core final : public PictureSource {
 public:
  Core(const PlayerConfig& config, Executor executor, Listener listener)
      : config_(config),
        trace_(config.trace != nullptr ? *config.trace : NullTrace()),
        gate_(std::move(executor), std::move(listener)),
        recording_(gate_.emitter()),
        snapshots_(gate_.emitter()),
        data_([this](StreamDataEvent event, std::function<void()> told) {
          gate_.Emit(std::move(event), std::move(told));
        }) {}

  ~Core() override { Close(); }

  void Close(const std::function<void()>& before_silence = {}) {
    if (std::exchange(is_closed_, true)) return;
    Stop();
    if (speaker_) speaker_->Close();
    recording_.Stop();
    WaitUntilStopped();
    static_cast<void>(recording_.WaitUntilClosed(runtime::Now() + kCloseWithin));
    if (before_silence) before_silence();
    gate_.Close();
    if (net_) net_->Close([this] { switch_.reset(); });
    if (decode_) decode_->Stop();
    speaker_.reset();
  }

  Status Open() {
    decoder_open_began_at_ = runtime::Now();
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
            .decode_failed = [this] { OnDecodeFailed(); },
            .audio = [this](const AudioFormat& format) { return StartSound(format); },
            .shown_from =
                [this] {
                  pictures_.ExpectGap();
                  net_->Post([this] { switch_->playing().HandlePicture(); });
                }},
        trace_);
    decoder_opened_at_ = runtime::Now();
    trace_.Span(*decoder_open_began_at_, *decoder_opened_at_, "play.decoder_open");
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

  void SetAudioOutput(std::unique_ptr<AudioOutput> output) {
    if (is_started_) return;
    speaker_ = output == nullptr
                   ? nullptr
                   : std::make_unique<Speaker>(std::move(output), [this](const Status& status) {
                       OnSoundOpened(status);
                     });
  }

  void SetPictureReady(std::function<void()> on_ready) { on_picture_ready_ = std::move(on_ready); }

  Status Start() {
    if (is_stopping_) return Fail(ErrorCode::kInvalidState, "already stopped");
    if (is_started_.exchange(true)) return Fail(ErrorCode::kInvalidState, "already started");
    started_at_ = runtime::Now().us();
    decode_->Start();
    net_->Post([this] {
      if (speaker_) switch_->playing().HandleAudioLead(kUsualLead);
      ShowAhead();
      switch_->Start(ended_ahead_ ? *ended_ahead_ : std::nullopt);
      Sample();
    });
    return {};
  }

  void Stop() {
    if (is_stopping_.exchange(true)) return;
    if (!net_) return SetStopped();
    net_->Post([this] {
      Sample();
      switch_->Stop(kFlushWithin, [this] { SetStopped(); });
    });
  }

  void NetworkChanged(const std::optional<IpAddress>& from) {
    net_->Post([this, from] { switch_->HandleNetworkChanged(from); });
  }

  Status SwitchTo(const std::string& url) {
    if (!is_started_) return Fail(ErrorCode::kInvalidState, "not started");
    if (auto status = CheckPlayable(url); !status) return status;
    if (IsMediaPlay(config_.url) || IsMediaPlay(url)) {
      return Fail(ErrorCode::kUnsupported, "switching of files and playlists");
    }
    net_->Post([this, url] { switch_->SwitchTo(url); });
    return {};
  }

  Status PinQuality(std::size_t index) {
    if (index >= config_.qualities.size()) return Fail(ErrorCode::kInvalidConfig, "quality");
    return SwitchTo(config_.qualities[index].url);
  }

  Status ChooseQuality() {
    if (!is_started_) return Fail(ErrorCode::kInvalidState, "before the start");
    if (config_.qualities.empty()) return Fail(ErrorCode::kInvalidConfig, "qualities");
    net_->Post([this] { switch_->ChooseQuality(); });
    return {};
  }

  // `command` of files and playlists alone.
  Status Command(std::function<void(PlaySession&)> command) {
    if (!IsMediaPlay(config_.url)) return Fail(ErrorCode::kUnsupported, "live streams");
    net_->Post([this, command = std::move(command)] { command(switch_->playing()); });
    return {};
  }

  void SetVolume(double gain) {
    const runtime::MutexLock lock(mutex_);
    volume_ = gain;
    ApplyVolume();
  }

  void SetMuted(bool is_muted) {
    const runtime::MutexLock lock(mutex_);
    is_muted_ = is_muted;
    ApplyVolume();
  }

  PictureSource& first_surface() { return *first_surface_; }
  std::shared_ptr<PictureSource> HandOverPictures() {
    auto surface = surfaces_.Add();
    // The picture that is there is one for this display. Before the start there is none.
    if (is_started_) net_->Post([this] { OnPictureReady(); });
    return surface;
  }
  std::optional<VideoFrame> shown_picture() const { return surfaces_.shown(); }
  void TakeSnapshot(const std::string& path) { snapshots_.Write(path, surfaces_.shown()); }

  Status StartRecording(const std::string& path) { return recording_.Start(path); }
  void StopRecording() { recording_.Stop(); }

  std::optional<VideoFrame> TakePicture(Timestamp at) override { return pictures_.TakePicture(at); }

  void OnPresented(const VideoFrame& frame, const CaptureTime& when) override {
    const bool is_first = !has_presented_.exchange(true);
    pictures_.OnPresented(frame, when);
    trace_.Number(when.at, "play.presented_pts_ms", static_cast<double>(frame.pts.ms()));
    if (is_first) {
      TraceFirst(when.at);
      gate_.Emit(FirstPictureEvent{when.at - Timestamp::Micros(started_at_)});
    }
    data_.OnPresented(frame.pts);
    const runtime::MutexLock lock(mutex_);
    if (!renderer_ || !line_) return;
    // Both errors against the one line; their difference is what ears and eyes notice.
    const TimeDelta picture_late = line_->MediaOf(when.at) - frame.pts;
    if (const auto sound_late = renderer_->error()) av_offset_.Add(picture_late - *sound_late);
  }

  PlayerStats stats() const {
    PlayerStats stats;
    const auto decoded = decode_->counts();
    stats.frames_decoded = decoded.decoded;
    stats.decode_errors = decoded.errors;
    stats.first_decoded_at = decoded.first_decoded_at;
    const auto shown = pictures_.counts(runtime::Now(), ExpectedUntil());
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
    stats.decoder_open_began_at = decoder_open_began_at_;
    stats.decoder_opened_at = decoder_opened_at_;
    const runtime::MutexLock lock(mutex_);
    stats.session = session_stats_;
    stats.place = place_;
    stats.buffered = buffered_;
    stats.av_offset = av_offset_;
    stats.playback_rate_min = rate_min_;
    stats.playback_rate_max = rate_max_;
    if (renderer_) {
      stats.audio_gaps = renderer_->gaps();
      stats.longest_audio_gap = renderer_->longest_gap();
      stats.first_heard_at = renderer_->first_heard_at();
    }
    stats.url = url_;
    stats.quality = quality_.playing;
    stats.quality_mode = quality_.mode;
    stats.bandwidth = quality_.bandwidth;
    stats.switches = switches_.switches;
    stats.fallbacks = switches_.fallbacks;
    stats.switches_failed = switches_.switches_failed;
    stats.connect_attempts = stream_stats_.connect_attempts;
    stats.is_tls_resumed = stream_stats_.is_tls_resumed;
    return stats;
  }

 private:
  // On net.
  void OnEvent(PlaySession::Event&& event) {
    if (auto* decode = std::get_if<Play::DecodeFrame>(&event)) {
      recording_.Push(decode->frame);
      if (!hidden_until_ || decode->frame.pts > *hidden_until_) data_.Push(decode->frame);
      decode_->Push(DecodeLine::Decode{std::move(decode->frame), decode->render_at});
    } else if (auto* tracks = std::get_if<Play::TracksChanged>(&event)) {
      gate_.Emit(TracksEvent{tracks->tracks});
      recording_.SetTracks(tracks->tracks);
      data_.SetTracks(tracks->tracks);
      decode_->Push(DecodeLine::NewTracks{std::move(tracks->tracks)});
    } else if (const auto* line = std::get_if<Play::LineChanged>(&event)) {
      OnLine(line->line);
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
  void OnMediaEvent(const PlaySession::Event& event) {
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

  void OnLine(const ClockMap& line) {
    decode_->Push(DecodeLine::Line{line});
    const runtime::MutexLock lock(mutex_);
    line_ = line;
    rate_min_ = std::min(rate_min_, line.rate);
    rate_max_ = std::max(rate_max_, line.rate);
  }

  void OnState(const Play::StateChanged& state) {
    {
      const runtime::MutexLock lock(mutex_);
      const bool was_paused = session_stats_.state == PlayState::kPaused;
      session_stats_.state = state.state;
      const bool stands =
          was_paused || state.state == PlayState::kPaused || state.state == PlayState::kEnded;
      if (stands) pictures_.ExpectGap();
      // A stream without a publisher is no frozen one, unless it goes on.
      if (state.state == PlayState::kAwaitingPublisher) {
        expected_until_ = runtime::Now();
      } else if (state.state != PlayState::kEnded) {
        expected_until_ = Timestamp::PlusInfinity();
      }
    }
    gate_.Emit(PlayStateEvent{state.state, state.error, state.retry_in});
  }

  Timestamp ExpectedUntil() const {
    const runtime::MutexLock lock(mutex_);
    return expected_until_;
  }

  void Sample() {
    const PlaySessionStats session = switch_->playing().stats();
    const runtime::ByteStreamStats stream = switch_->playing().stream_stats();
    const MediaPlace place = switch_->playing().place();
    {
      const runtime::MutexLock lock(mutex_);
      place_ = place;
      session_stats_ = session;
      stream_stats_ = stream;
      switches_ = switch_->counts();
      quality_ = switch_->quality();
      url_ = switch_->url();
      if (session.state == PlayState::kPlaying) buffered_.Add(session.buffered);
    }
    if (!is_stopping_) net_->PostAfter(kSampleEvery, [this] { Sample(); });
  }

  // Who wants realtime media alone takes nothing else meanwhile.
  bool MayTake() const {
    if (!config_.preload) return false;
    return config_.fallback_use != FallbackUse::kNever || !FallbackUrlOf(config_.url);
  }

  void MakeSwitch(std::string url, std::unique_ptr<PlaySession> session) {
    switch_ = std::make_unique<PlaySwitch>(
        *net_, config_, trace_, std::move(url), std::move(session),
        PlaySwitch::Outputs{
            .on_event = [this](PlaySession::Event&& event) { OnEvent(std::move(event)); },
            .on_switch = [this](const SwitchEvent& event) { gate_.Emit(event); }});
  }

  // From a pool: a picture that is there already waits for nothing.
  void ShowAhead() {
    if (!ahead_) return;
    was_ahead_ = true;
    pictures_.PushAhead(std::move(*ahead_), runtime::Now());
    ahead_.reset();
    OnPictureReady();
  }

  // What comes after the network's stages, and the whole.
  void TraceFirst(Timestamp presented_at) {
    const auto decoded_at = decode_->counts().first_decoded_at;
    if (decoded_at) trace_.Span(*decoded_at, presented_at, "play.first_render");
    trace_.Span(Timestamp::Micros(started_at_), presented_at, "play.first_frame");
  }

  void SetStopped() {
    {
      const runtime::MutexLock lock(mutex_);
      is_stopped_ = true;
    }
    stopped_.NotifyAll();
  }

  void WaitUntilStopped() {
    const Timestamp deadline = runtime::Now() + kStopWithin;
    const runtime::MutexLock lock(mutex_);
    while (!is_stopped_ && runtime::Now() < deadline) stopped_.WaitUntil(mutex_, deadline);
  }

  void ApplyVolume() ONAIR_REQUIRES(mutex_) {
    if (renderer_) renderer_->SetVolume(is_muted_ ? 0 : volume_);
  }

  // On onair.decode or onair.net.
  void OnPictureReady() {
    if (on_picture_ready_) on_picture_ready_();
  }

  void OnDecodeFailed() {
    net_->Post([this] { switch_->playing().HandleDecodeFailed(); });
  }

  // Sound must never hold a picture up: the device opens on its own thread. One that hangs may
  // pull after this object is gone: it posts through an executor that is silent then.
  std::shared_ptr<AudioRenderer> StartSound(const AudioFormat& format) {
    if (!speaker_) return nullptr;
    auto on_net = net_->executor();
    auto renderer = std::make_shared<AudioRenderer>(format, [this, on_net](TimeDelta lead) {
      on_net([this, lead] { switch_->playing().HandleAudioLead(lead); });
    });
    {
      const runtime::MutexLock lock(mutex_);
      renderer_ = renderer;
      ApplyVolume();
    }
    speaker_->Play(renderer);
    return renderer;
  }

  // On onair.sound, before the speaker is closed.
  void OnSoundOpened(const Status& status) {
    if (!status && !is_stopping_) gate_.Emit(SoundFailedEvent{status.error()});
    trace_.Decision(runtime::Now(), "play.sound", status ? "started" : "failed",
                    status ? "" : status.error().detail);
  }

  const PlayerConfig config_;
  TraceSink& trace_;
  EventGate<PlayEvent> gate_;
  PlayRecording recording_;
  SnapshotWriter snapshots_;
  StreamData data_;
  Surfaces surfaces_{*this};
  const std::shared_ptr<PictureSource> first_surface_ = surfaces_.Add();
  std::optional<LoopShare> net_;  // Its own, or the pool's that it was made ready in.
  PictureQueue pictures_;
  std::unique_ptr<DecodeLine> decode_;
  std::unique_ptr<PlaySwitch> switch_;                              // Of the net thread.
  std::optional<MediaTime> hidden_until_;                           // Of the net thread.
  std::shared_ptr<std::optional<Play::StateChanged>> ended_ahead_;  // Null: not from a pool.
  std::optional<VideoFrame> ahead_;  // Until Start(), then of the net thread.
  PreloadTier preloaded_ = PreloadTier::kNone;
  std::atomic<bool> was_ahead_{false};
  std::function<void()> on_picture_ready_;
  std::unique_ptr<Speaker> speaker_;

  std::optional<Timestamp> decoder_open_began_at_;
  std::optional<Timestamp> decoder_opened_at_;
  std::atomic<bool> is_started_{false};
  std::atomic<bool> is_stopping_{false};
  bool is_closed_ = false;
  std::atomic<bool> has_presented_{false};
  std::atomic<std::int64_t> started_at_{0};

  mutable runtime::Mutex mutex_;
  runtime::CondVar stopped_;
  bool is_stopped_ ONAIR_GUARDED_BY(mutex_) = false;
  std::shared_ptr<AudioRenderer> renderer_ ONAIR_GUARDED_BY(mutex_);
  std::optional<ClockMap> line_ ONAIR_GUARDED_BY(mutex_);
  PlaySessionStats session_stats_ ONAIR_GUARDED_BY(mutex_);
  MediaPlace place_ ONAIR_GUARDED_BY(mutex_);
  runtime::ByteStreamStats stream_stats_ ONAIR_GUARDED_BY(mutex_);
  PlaySwitch::Counts switches_ ONAIR_GUARDED_BY(mutex_);
  PlaySwitch::Quality quality_ ONAIR_GUARDED_BY(mutex_);
  std::string url_ ONAIR_GUARDED_BY(mutex_) = config_.url;
  Timestamp expected_until_ ONAIR_GUARDED_BY(mutex_) = Timestamp::PlusInfinity();
  Percentiles buffered_ ONAIR_GUARDED_BY(mutex_);
  Percentiles av_offset_ ONAIR_GUARDED_BY(mutex_);
  double rate_min_ ONAIR_GUARDED_BY(mutex_) = 1.0;
  double rate_max_ ONAIR_GUARDED_BY(mutex_) = 1.0;
  double volume_ ONAIR_GUARDED_BY(mutex_) = 1.0;
  bool is_muted_ ONAIR_GUARDED_BY(mutex_) = false;
};

Result<std::unique_ptr<Player>> Player::Create(const PlayerConfig& config, Executor executor,
                                               Listener listener) {
  if (auto status = config.Validate(); !status) return Forward(status);
  auto core = std::make_unique<Core>(config, std::move(executor), std::move(listener));
  if (auto status = core->Open(); !status) return Forward(status);
  return std::unique_ptr<Player>(new Player(std::move(core)));
}

Player::Player(std::unique_ptr<Core> core) : core_(std::move(core)) {}
Player::~Player() = default;

void Player::SetAudioOutput(std::unique_ptr<AudioOutput> output) {
  core_->SetAudioOutput(std::move(output));
}
void Player::SetPictureReady(std::function<void()> on_ready) {
  core_->SetPictureReady(std::move(on_ready));
}
Status Player::Start() {
  return core_->Start();
}
void Player::Stop() {
  core_->Stop();
}
void Player::Close(const std::function<void()>& before_silence) {
  core_->Close(before_silence);
}
void Player::NetworkChanged(std::optional<IpAddress> from) {
  core_->NetworkChanged(from);
}
Status Player::SwitchTo(const std::string& url) {
  return core_->SwitchTo(url);
}
Status Player::PinQuality(std::size_t index) {
  return core_->PinQuality(index);
}
Status Player::ChooseQuality() {
  return core_->ChooseQuality();
}
PictureSource& Player::pictures() {
  return core_->first_surface();
}
std::shared_ptr<PictureSource> Player::HandOverPictures() {
  return core_->HandOverPictures();
}
Status Player::Pause() {
  return core_->Command([](PlaySession& session) { session.Pause(); });
}
Status Player::Resume() {
  return core_->Command([](PlaySession& session) { session.Resume(); });
}
Status Player::Seek(TimeDelta position) {
  return core_->Command([position](PlaySession& session) { session.Seek(position); });
}
Status Player::SetRepeat(Repeat repeat) {
  return core_->Command([repeat](PlaySession& session) { session.SetRepeat(repeat); });
}
void Player::SetVolume(double gain) {
  core_->SetVolume(gain);
}
void Player::Mute() {
  core_->SetMuted(true);
}
void Player::Unmute() {
  core_->SetMuted(false);
}
void Player::TakeSnapshot(const std::string& path) {
  core_->TakeSnapshot(path);
}
std::optional<VideoFrame> Player::shown_picture() const {
  return core_->shown_picture();
}
Status Player::StartRecording(const std::string& path) {
  return core_->StartRecording(path);
}
void Player::StopRecording() {
  core_->StopRecording();
}
PlayerStats Player::stats() const {
  return core_->stats();
}

}  // namespace onair
