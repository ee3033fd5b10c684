// SPDX-License-Identifier: Apache-2.0
#include "capture/file/file_source.h"

#include <algorithm>
#include <utility>

#include "capture/file/audio_lane.h"
#include "capture/file/demuxer.h"
#include "capture/file/video_lane.h"

namespace onair::capture {
namespace {

constexpr MediaTime kZero = MediaTime::Zero();

class FileSource final : public MediaSource {
 public:
  FileSource(Demuxer demuxer, std::optional<VideoLane> video, std::optional<AudioLane> audio,
             Loop loop)
      : demuxer_(std::move(demuxer)),
        video_(std::move(video)),
        audio_(std::move(audio)),
        loop_(loop) {}

  // Decodes the first items, so that `info()` is known and what is no media is found out.
  Status Begin() {
    std::optional<MediaTime> first;
    if (video_) {
      auto filled = video_->Fill(demuxer_);
      if (!filled && filled.error().code != ErrorCode::kDecodeFailed) return filled;
      if (video_->ready()) first = video_->ready()->at;
      if (!first) DropVideo();
    }
    if (audio_) {
      auto sound = audio_->FirstTime(demuxer_);
      if (!sound && sound.error().code != ErrorCode::kDecodeFailed) return Forward(sound);
      if (!sound) sound = std::optional<MediaTime>();
      if (!*sound) DropAudio();
      if (*sound) first = first ? std::min(*first, **sound) : **sound;
    }
    if (!first) return Fail(ErrorCode::kNotMedia, "nothing in it can be decoded");
    origin_ = *first;
    if (video_) info_.video = video_->format();
    if (audio_) {
      info_.audio = audio_->format();
      audio_->Start(origin_, base_);
    }
    return {};
  }

  Result<std::optional<Due>> Next() override {
    // Each turn takes packets or begins a pass, and NextPass() refuses an empty one.
    while (true) {
      if (auto filled = Fill(); !filled) return Forward(filled);
      if (const auto due = Earliest()) return due;
      if (IsHeldBack()) continue;
      if (loop_ == Loop::kOnce && is_closed_) return std::optional<Due>();
      if (auto moved = NextPass(); !moved) return Forward(moved);
    }
  }

  Result<VideoFrame> ReadVideo(const CaptureTime& captured) override {
    if (auto filled = Fill(); !filled) return Forward(filled);
    if (!video_ || !video_->ready()) return Fail(ErrorCode::kInvalidState, "no picture is due");
    has_given_ = true;
    const MediaTime at = VideoTime();
    VideoLane::Ready ready = video_->Take();
    VideoFrame frame(std::move(ready.picture), at, captured.at, captured.utc);
    frame.rotation = ready.rotation;
    return frame;
  }

  Result<AudioBlock> ReadAudio(const CaptureTime& captured) override {
    if (auto filled = Fill(); !filled) return Forward(filled);
    if (!audio_ || !audio_->is_ready()) return Fail(ErrorCode::kInvalidState, "no sound is due");
    has_given_ = true;
    return audio_->Take(captured.at);
  }

  const SourceInfo& info() const override { return info_; }

 private:
  void DropVideo() {
    video_.reset();
    demuxer_.SwitchOff(TrackKind::kVideo);
  }
  void DropAudio() {
    audio_.reset();
    demuxer_.SwitchOff(TrackKind::kAudio);
  }
  // Whether a track waits for packets that lie behind the other's.
  bool IsHeldBack() const {
    return (video_ && !video_->ready() && !video_->is_over()) ||
           (audio_ && !audio_->is_ready() && !audio_->is_over());
  }

  MediaTime VideoTime() const {
    return base_ + std::max(video_->ready()->at - origin_, TimeDelta::Zero());
  }

  Status Fill() {
    if (video_) {
      if (auto filled = video_->Fill(demuxer_); !filled) return filled;
    }
    return audio_ ? audio_->Fill(demuxer_) : Status();
  }

  std::optional<Due> Earliest() const {
    const bool has_video = video_ && video_->ready();
    const bool has_audio = audio_ && audio_->is_ready();
    if (has_video && (!has_audio || VideoTime() <= audio_->at())) {
      return Due{TrackKind::kVideo, VideoTime()};
    }
    if (has_audio) return Due{TrackKind::kAudio, audio_->at()};
    return std::nullopt;
  }

  // Both tracks are over: the end, or the next pass where the longer one stopped.
  Status NextPass() {
    if (loop_ == Loop::kOnce) {
      if (audio_) audio_->Close();
      is_closed_ = true;
      return {};
    }
    if (!has_given_) return Fail(ErrorCode::kDecodeFailed, "nothing in it can be decoded");
    has_given_ = false;
    MediaTime end = base_;
    if (video_ && video_->end()) end = std::max(end, base_ + (*video_->end() - origin_));
    if (audio_) end = std::max(end, audio_->end());
    base_ = end;
    if (auto rewound = demuxer_.Rewind(); !rewound) return rewound;
    if (video_) video_->Restart();
    if (audio_) audio_->Start(origin_, base_);
    return {};
  }

  Demuxer demuxer_;
  std::optional<VideoLane> video_;
  std::optional<AudioLane> audio_;
  Loop loop_;
  SourceInfo info_;
  MediaTime origin_ = kZero;  // The file's time of its first item.
  MediaTime base_ = kZero;    // Where the present pass begins on the line.
  bool has_given_ = false;    // In this pass.
  bool is_closed_ = false;
};

}  // namespace

Status FileSourceConfig::Validate() const {
  const auto refuse = [](const char* field) { return Fail(ErrorCode::kInvalidConfig, field); };
  if (audio_format) {
    const auto [rate, channels] = *audio_format;
    if (rate < 8'000 || rate > 96'000) return refuse("audio_format.sample_rate");
    if (channels < 1 || channels > 2) return refuse("audio_format.channels");
  }
  if (untimed_frame_rate && !(*untimed_frame_rate >= 1 && *untimed_frame_rate <= 240)) {
    return refuse("untimed_frame_rate");
  }
  return {};
}

Result<std::unique_ptr<MediaSource>> OpenFile(const std::string& path,
                                              const FileSourceConfig& config) {
  if (auto valid = config.Validate(); !valid) return Forward(valid);
  auto demuxer = Demuxer::Open(path);
  if (!demuxer) return Forward(demuxer);
  if (config.tracks == FileTracks::kAudioOnly) demuxer->SwitchOff(TrackKind::kVideo);
  if (config.tracks == FileTracks::kVideoOnly) demuxer->SwitchOff(TrackKind::kAudio);

  // A track without a decoder does not spoil the other.
  std::optional<VideoLane> video;
  if (demuxer->stream(TrackKind::kVideo) != nullptr) {
    auto lane = VideoLane::Open(*demuxer, config.untimed_frame_rate);
    if (lane) video = std::move(*lane);
    if (!lane) demuxer->SwitchOff(TrackKind::kVideo);
  }
  std::optional<AudioLane> audio;
  if (demuxer->stream(TrackKind::kAudio) != nullptr) {
    auto lane = AudioLane::Open(*demuxer, config.audio_format);
    if (lane) audio = std::move(*lane);
    if (!lane) demuxer->SwitchOff(TrackKind::kAudio);
  }
  auto source = std::make_unique<FileSource>(std::move(*demuxer), std::move(video),
                                             std::move(audio), config.loop);
  if (auto begun = source->Begin(); !begun) {
    const bool is_unreadable = begun.error().code == ErrorCode::kFileRead;
    const ErrorCode code = is_unreadable ? ErrorCode::kFileRead : ErrorCode::kNotMedia;
    return Fail(code, path + ": " + begun.error().detail, begun.error().native_code);
  }
  return source;
}

}  // namespace onair::capture
