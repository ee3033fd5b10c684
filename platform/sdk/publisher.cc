// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/publisher.h"

#include <algorithm>
#include <atomic>
#include <utility>

#include "codec/encode/audio_encoder.h"
#include "codec/encode/video_encoder.h"
#include "platform/runtime/clock.h"
#include "platform/runtime/loop.h"
#include "platform/sdk/audio_line.h"
#include "platform/sdk/destinations.h"
#include "platform/sdk/encoded_intake.h"
#include "platform/sdk/encoder_plan.h"
#include "platform/sdk/event_gate.h"
#include "platform/sdk/frame_handoff.h"
#include "platform/sdk/paced_source.h"
#include "platform/sdk/picture_effects.h"
#include "platform/sdk/shared_line.h"
#include "platform/sdk/source_switch.h"
#include "platform/sdk/video_line.h"

namespace onair {
namespace {

// From Stop() to the last word of every destination, so that the destructor stays under 500 ms.
// Sessions' goodbyes and files' last bytes get what devices and encoders leave of it, and no
// less than the second.
constexpr TimeDelta kEndWithin = TimeDelta::Millis(400);
constexpr TimeDelta kFlushAtLeast = TimeDelta::Millis(150);
constexpr TimeDelta kStopWithin = TimeDelta::Millis(450);

// How old the numbers in stats() may be.
constexpr TimeDelta kSampleEvery = TimeDelta::Millis(100);

Status Refuse(const char* field) {
  return Fail(ErrorCode::kInvalidConfig, field);
}

}  // namespace

Status EncodedInput::Validate(const std::optional<VideoConfig>& video,
                              const std::optional<AudioConfig>& audio) const {
  if (tracks.video) {
    if (!video || video->codec != tracks.video->codec) return Refuse("encoded.tracks.video.codec");
    if (video->size != tracks.video->size) return Refuse("encoded.tracks.video.size");
    if (tracks.video->config.empty()) return Refuse("encoded.tracks.video.config");
  }
  if (tracks.audio) {
    if (!audio || audio->codec != tracks.audio->codec) return Refuse("encoded.tracks.audio.codec");
    if (tracks.audio->config.empty()) return Refuse("encoded.tracks.audio.config");
  }
  return {};
}

Status PublisherConfig::Validate() const {
  if (auto status = Destinations::Check(*this); !status) return status;
  if (encoded) {
    if (auto status = encoded->Validate(video, audio); !status) return status;
  }
  if (!video && !audio) return Refuse("video");
  if (video) {
    if (auto status = effects.Validate(); !status) return status;
  }
  if (audio) {
    if (auto status = audio->Validate(); !status) return status;
  }
  if (raw_pictures < 1 || raw_pictures > 8) return Refuse("raw_pictures");
  if (raw_sound < TimeDelta::Millis(50) || raw_sound > TimeDelta::Seconds(2)) {
    return Refuse("raw_sound");
  }
  return session.Validate();
}

// Threads: `net_` owns the destinations; `control_` opens and stops sources, because devices
// block; onair.video and onair.audio belong to their lines.
class Publisher::Core {
 public:
  Core(const PublisherConfig& config, Executor executor, Listener listener)
      : config_(config),
        trace_(config.trace != nullptr ? *config.trace : NullTrace()),
        executor_(executor),
        gate_(std::move(executor), std::move(listener)) {}

  ~Core() { Close(); }

  void Close(const std::function<void()>& before_silence = {}) {
    if (std::exchange(is_closed_, true)) return;
    Stop();
    if (is_running_) WaitUntilStopped();
    if (before_silence) before_silence();
    gate_.Close();
    if (destinations_) destinations_->CloseGate();
    net_.Stop();
    control_.Stop();
    // From here no thread of ours runs; destinations and lines may go in any order.
  }

  Status Open() {
    if (auto status = OpenEncoders(); !status) return status;
    if (auto status = OpenDestinations(); !status) return status;
    if (auto status = net_.Start(); !status) return status;
    if (auto status = control_.Start(); !status) return status;
    is_running_ = true;
    return {};
  }

  void SetSources(Sources sources) {
    control_.Post([this, sources = std::make_shared<Sources>(std::move(sources))] {
      using Need = SourceSwitch::Need;
      std::vector<SourceSwitch::Wanted> wanted;
      for (auto& live : sources->live) wanted.push_back({std::move(live), Need::kMust});
      for (auto& optional : sources->optional) wanted.push_back({std::move(optional), Need::kMay});
      // Last: they start at once, devices take their time.
      for (auto& media : sources->media) {
        wanted.push_back({MakePacedSource(std::move(media)), Need::kMust});
      }
      if (sources_) {
        sources_->Run(std::move(wanted));
      } else {
        waiting_sources_ = std::move(wanted);
      }
    });
  }

  Status Start() {
    if (is_stopping_) return Fail(ErrorCode::kInvalidState, "already stopped");
    if (is_started_.exchange(true)) return Fail(ErrorCode::kInvalidState, "already started");
    control_.Post([this] { GoLive(); });
    return {};
  }

  void Stop() {
    if (is_stopping_.exchange(true)) return;
    const Timestamp end = runtime::Now() + kEndWithin;
    // A device that is still opening would hold the control thread.
    net_.Post([this] {
      if (sources_ready_) sources_->Interrupt();
    });
    control_.Post([this, end] {
      if (sources_) sources_->Stop();
      if (video_) video_->Stop();
      if (audio_) audio_->Stop();
      net_.Post([this, end] { StopDestinations(end); });
    });
  }

  void PushVideo(VideoFrame frame) {
    if (!is_live_ || !video_) return;
    const auto place = line_->Place(
        {TrackKind::kVideo, line_->At(frame.captured_at), TimeDelta::Zero(), frame.captured_at});
    if (place.change == capture::LineChange::kDropped) return;
    frame.pts = place.at;
    video_->Push(std::move(frame));
  }

  void PushAudio(AudioBlock block) {
    if (!is_live_ || !audio_) return;
    const auto place = line_->Place(
        {TrackKind::kAudio, line_->At(block.captured_at), block.duration(), block.captured_at});
    if (place.change == capture::LineChange::kDropped) return;
    block.pts = place.at;
    audio_->Push(std::move(block));
  }

  Status PushEncoded(EncodedFrame frame, const std::optional<VideoTrack>& new_track) {
    if (!encoded_) return Fail(ErrorCode::kInvalidState, "config.encoded is empty");
    return encoded_->Push(std::move(frame), new_track);
  }

  void NetworkChanged(const std::optional<IpAddress>& from, std::optional<NetworkKind> kind) {
    net_.Post(
        [this, from, kind] { destinations_->HandleNetworkChanged(from, kind, runtime::Now()); });
  }

  void SetMuted(Mute mute) {
    if (audio_) audio_->SetMuted(mute == Mute::kOn);
    if (encoded_) encoded_->SetMuted(mute == Mute::kOn);
  }
  void Pause(std::optional<Picture> picture) {
    if (video_) video_->Pause(std::move(picture));
    if (audio_) audio_->SetPaused(true);
    if (encoded_) encoded_->SetPaused(true);
  }
  void Resume() {
    if (video_) video_->Resume();
    if (audio_) audio_->SetPaused(false);
    if (!encoded_) return;
    encoded_->SetPaused(false);
    if (encoded_->tracks().video) RequestKeyFrame();
  }
  Status SetTarget(const EncoderTarget& target) {
    if (target.video_rate <= DataRate::Zero()) return Refuse("target.video_rate");
    if (!(target.frame_rate > 0 && target.frame_rate <= 120)) return Refuse("target.frame_rate");
    if (target.resolution_step < 0) return Refuse("target.resolution_step");
    if (!(target.roi_emphasis >= 0 && target.roi_emphasis <= 2)) {
      return Refuse("target.roi_emphasis");
    }
    if (target.frame_limit && *target.frame_limit <= DataSize::Zero()) {
      return Refuse("target.frame_limit");
    }
    if (!config_.video) return {};
    if (target.key_frame == KeyFrameWanted::kYes) RequestKeyFrame();
    net_.Post([this, target] { destinations_->SetCap(target); });
    return {};
  }

  // Null without video.
  PictureEffects* effects() { return video_ ? &video_->effects() : nullptr; }

  PublisherStats stats() const {
    PublisherStats stats;
    if (video_) video_->AddTo(stats);
    if (audio_) audio_->AddTo(stats);
    if (encoded_) encoded_->AddTo(stats);
    stats.frames_held_up = handoff_.dropped();
    if (is_live_) stats.started_at = line_->origin();
    stats.destinations = destinations_->stats();
    return stats;
  }

 private:
  Status OpenEncoders() {
    const EncoderPlan plan = PlanEncoders(config_);
    if (config_.encoded) {
      encoded_ = std::make_unique<EncodedIntake>(config_.encoded->tracks, handoff_);
    }
    const bool has_video = encoded_ && encoded_->tracks().video;
    const bool has_audio = encoded_ && encoded_->tracks().audio;
    if (plan.video && !has_video) {
      if (auto status = OpenVideo(*plan.video); !status) return status;
    }
    return plan.audio.empty() || has_audio ? Status() : OpenAudio(plan.audio);
  }

  Status OpenVideo(const VideoConfig& video) {
    const auto make = config_.make_video_encoder ? config_.make_video_encoder
                                                 : VideoLine::MakeEncoder(codec::OpenVideoEncoder);
    auto encoder = make(video);
    if (!encoder) return Forward(encoder);
    auto effects = MakeEffects((*encoder)->capabilities());
    video_ = std::make_unique<VideoLine>(VideoLine::Setup{
        .config = video,
        .raw_pictures = static_cast<std::size_t>(config_.raw_pictures),
        .encoder = std::move(*encoder),
        .make_encoder = make,
        .effects = std::move(effects),
        .deliver = [this](EncodedFrame frame) { handoff_.PushPicture(std::move(frame)); },
        .on_track = [this](const VideoTrack& track) { handoff_.SetVideoTrack(track); },
        .trace = &trace_});
    return {};
  }

  Status OpenAudio(const std::vector<AudioConfig>& sounds) {
    std::vector<std::unique_ptr<AudioEncoder>> encoders;
    for (const AudioConfig& sound : sounds) {
      auto encoder = config_.make_audio_encoder ? config_.make_audio_encoder(sound)
                                                : codec::OpenAudioEncoder(sound);
      if (!encoder) return Forward(encoder);
      encoders.push_back(std::move(*encoder));
    }
    audio_ = std::make_unique<AudioLine>(AudioLine::Setup{
        config_.audio->format, config_.raw_sound, std::move(encoders), config_.audio->rate,
        [this](EncodedFrame frame, AudioCodec codec) {
          handoff_.PushSound(std::move(frame), codec);
        },
        &trace_});
    return {};
  }

  std::unique_ptr<PictureEffects> MakeEffects(const EncoderCapabilities& encoder) {
    return std::make_unique<PictureEffects>(
        PictureEffects::Setup{.config = config_.effects,
                              .full_size = config_.video->size,
                              .encoder_roi = encoder.roi,
                              .roi_strength = config_.video->roi_strength,
                              .on_face_failure =
                                  [this](const Error& error) {
                                    if (!is_stopping_) gate_.Emit(FacesFailedEvent{error});
                                  },
                              .trace = &trace_});
  }

  Status OpenDestinations() {
    destinations_ = std::make_unique<Destinations>(
        Destinations::Setup{.config = config_,
                            .net = net_,
                            .executor = executor_,
                            .trace = trace_,
                            .video = video_.get(),
                            .audio = audio_.get(),
                            .sounds = Sounds(),
                            .on_event = [this](PublishEvent e) { gate_.Emit(std::move(e)); }});
    return destinations_->Open();
  }

  std::vector<AudioTrack> Sounds() const {
    if (audio_) return audio_->tracks();
    if (encoded_ && encoded_->tracks().audio) return {*encoded_->tracks().audio};
    return {};
  }

  // On control.
  void GoLive() {
    if (is_stopping_) return;
    line_ = std::make_unique<SharedLine>(runtime::Now());
    sources_ = std::make_unique<SourceSwitch>(
        *line_, SourceSwitch::Outputs{
                    .video =
                        [this](VideoFrame f) {
                          if (video_) video_->Push(std::move(f));
                        },
                    .audio =
                        [this](AudioBlock b) {
                          if (audio_) audio_->Push(std::move(b));
                        },
                    .ended = [this](std::optional<Error> e) { OnSourceEnded(std::move(e)); },
                    .skipped =
                        [this](const Error& e) {
                          if (!is_stopping_) gate_.Emit(SourceSkippedEvent{e});
                        }});
    net_.Post([this] {
      sources_ready_ = true;
      if (is_stopping_) sources_->Interrupt();
      destinations_->Start(runtime::Now());
      Sample();
    });
    if (video_) video_->Start(*line_);
    if (audio_) audio_->Start(*line_);
    if (encoded_) encoded_->Start(line_->origin());
    is_live_ = true;
    if (!waiting_sources_.empty()) sources_->Run(std::move(waiting_sources_));
  }

  // On any thread; an app that codes by itself is asked on net.
  void RequestKeyFrame() {
    if (video_) return video_->RequestKeyFrame();
    net_.Post([this] { destinations_->RequestKeyFrame(); });
  }

  void OnSourceEnded(std::optional<Error> error) {
    if (!is_stopping_) gate_.Emit(SourceEndedEvent{std::move(error)});
  }

  // The rest on net.
  void Sample() {
    destinations_->Sample(runtime::Now());
    if (!is_stopping_) net_.PostAfter(kSampleEvery, [this] { Sample(); });
  }

  void StopDestinations(Timestamp end) {
    const TimeDelta flush_within = std::max(end - runtime::Now(), kFlushAtLeast);
    Sample();
    destinations_->Stop(flush_within, [this] { SetStopped(); });
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

  const PublisherConfig config_;
  TraceSink& trace_;
  const Executor executor_;
  EventGate<PublishEvent> gate_;
  runtime::Loop net_{"onair.net"};
  runtime::Loop control_{"onair.control"};
  FrameHandoff handoff_{
      net_,
      [this](const FrameHandoff::Item& item) { destinations_->Deliver(item, runtime::Now()); },
      [this] { RequestKeyFrame(); }};

  std::unique_ptr<SharedLine> line_;
  std::unique_ptr<VideoLine> video_;
  std::unique_ptr<AudioLine> audio_;
  std::unique_ptr<EncodedIntake> encoded_;             // Null: all is coded here.
  std::vector<SourceSwitch::Wanted> waiting_sources_;  // Of control.
  std::unique_ptr<SourceSwitch> sources_;
  std::unique_ptr<Destinations> destinations_;

  bool is_running_ = false;  // The loops are.
  bool is_closed_ = false;
  std::atomic<bool> is_started_{false};
  std::atomic<bool> is_live_{false};  // line_ is there.
  std::atomic<bool> is_stopping_{false};
  bool sources_ready_ = false;  // Of net.

  runtime::Mutex mutex_;
  runtime::CondVar stopped_;
  bool is_stopped_ ONAIR_GUARDED_BY(mutex_) = false;
};

Result<std::unique_ptr<Publisher>> Publisher::Create(const PublisherConfig& config,
                                                     Executor executor, Listener listener) {
  if (auto status = config.Validate(); !status) return Forward(status);
  auto core = std::make_unique<Core>(config, std::move(executor), std::move(listener));
  if (auto status = core->Open(); !status) return Forward(status);
  return std::unique_ptr<Publisher>(new Publisher(std::move(core)));
}

Publisher::Publisher(std::unique_ptr<Core> core) : core_(std::move(core)) {}
Publisher::~Publisher() = default;

void Publisher::SetSources(Sources sources) {
  core_->SetSources(std::move(sources));
}
void Publisher::PushVideo(VideoFrame frame) {
  core_->PushVideo(std::move(frame));
}
void Publisher::PushAudio(AudioBlock block) {
  core_->PushAudio(std::move(block));
}
Status Publisher::PushEncoded(EncodedFrame frame, const std::optional<VideoTrack>& new_track) {
  return core_->PushEncoded(std::move(frame), new_track);
}
Status Publisher::Start() {
  return core_->Start();
}
void Publisher::Stop() {
  core_->Stop();
}
void Publisher::Close(const std::function<void()>& before_silence) {
  core_->Close(before_silence);
}
void Publisher::NetworkChanged(std::optional<IpAddress> from, std::optional<NetworkKind> kind) {
  core_->NetworkChanged(from, kind);
}
void Publisher::SetMuted(Mute mute) {
  core_->SetMuted(mute);
}
void Publisher::Pause(std::optional<Picture> picture) {
  core_->Pause(std::move(picture));
}
void Publisher::Resume() {
  core_->Resume();
}
Status Publisher::SetTarget(const EncoderTarget& target) {
  return core_->SetTarget(target);
}
Status Publisher::SetBeauty(const BeautyConfig& beauty) {
  auto* effects = core_->effects();
  return effects ? effects->SetBeauty(beauty) : beauty.Validate();
}
Status Publisher::SetColourTable(ColourTable table) {
  auto* effects = core_->effects();
  return effects ? effects->SetColourTable(std::move(table)) : Status{};
}
Status Publisher::SetWatermark(std::optional<beauty::Watermark> mark) {
  auto* effects = core_->effects();
  return effects ? effects->SetWatermark(std::move(mark)) : Status{};
}
void Publisher::SetMirror(beauty::Mirror mirror) {
  if (auto* effects = core_->effects()) effects->SetMirror(mirror);
}
Status Publisher::SetRegions(std::vector<RoiRegion> regions) {
  auto* effects = core_->effects();
  return effects ? effects->SetRegions(std::move(regions)) : CheckRegions(regions);
}
Result<FilterId> Publisher::AddFilter(std::unique_ptr<VideoFilter> filter) {
  auto* effects = core_->effects();
  if (effects == nullptr) return Fail(ErrorCode::kInvalidState, "there is no video");
  return effects->AddFilter(std::move(filter));
}
void Publisher::RemoveFilter(FilterId id) {
  if (auto* effects = core_->effects()) effects->RemoveFilter(id);
}
PublisherStats Publisher::stats() const {
  return core_->stats();
}

}  // namespace onair
