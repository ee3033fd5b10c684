// SPDX-License-Identifier: Apache-2.0
#include "capture/synthetic/test_source.h"

#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "capture/synthetic/test_picture.h"
#include "core/media/frame_rate.h"

namespace onair::capture {
namespace {

constexpr int kBlocksPerSecond = 100;

// Sample n of a rate begins here.
MediaTime SampleTime(std::int64_t sample, int sample_rate) {
  return MediaTime::Micros(units_internal::MultiplyDivide(sample, 1'000'000, sample_rate));
}

std::string Note(const TestSourceConfig& config) {
  char text[96];
  const VideoFormat& video = *config.video;
  std::snprintf(text, sizeof text, "UTC  %dX%d  %.5g FPS", video.size.width, video.size.height,
                video.frame_rate);
  return text;
}

class TestSource final : public MediaSource {
 public:
  TestSource(const TestSourceConfig& config, std::optional<TestPicture> picture)
      : rate_(FrameRate::Nearest(config.video ? config.video->frame_rate : 1)),
        picture_(std::move(picture)),
        info_{config.video, config.audio} {}

  Result<std::optional<Due>> Next() override {
    if (!info_.audio || (info_.video && VideoTime() <= AudioTime())) {
      return Due{TrackKind::kVideo, VideoTime()};
    }
    return Due{TrackKind::kAudio, AudioTime()};
  }

  Result<VideoFrame> ReadVideo(const CaptureTime& captured) override {
    if (!picture_) return Fail(ErrorCode::kInvalidState, "the test source has no video");
    const MediaTime at = VideoTime();
    const bool is_lit = at - BeatTime(BeatBefore(at)) < kFlashLength;
    const Stamp stamp{static_cast<std::uint32_t>(frame_), captured.utc};
    auto picture = picture_->Draw(stamp, at, is_lit ? Flash::kOn : Flash::kOff);
    if (!picture) return Forward(picture);
    ++frame_;
    return VideoFrame(std::move(*picture), at, captured.at, captured.utc);
  }

  Result<AudioBlock> ReadAudio(const CaptureTime& captured) override {
    if (!info_.audio) return Fail(ErrorCode::kInvalidState, "the test source has no audio");
    AudioBlock block{*info_.audio, {}, AudioTime(), captured.at};
    const std::int64_t first = FirstSample(block_);
    const std::int64_t end = FirstSample(block_ + 1);
    block.samples.reserve(static_cast<std::size_t>((end - first) * info_.audio->channels));
    for (std::int64_t sample = first; sample < end; ++sample) {
      for (int c = 0; c < info_.audio->channels; ++c) block.samples.push_back(BeepAt(sample));
    }
    ++block_;
    return block;
  }

  const SourceInfo& info() const override { return info_; }

 private:
  MediaTime VideoTime() const { return rate_.TimeOf(frame_); }
  MediaTime AudioTime() const { return SampleTime(FirstSample(block_), info_.audio->sample_rate); }
  std::int64_t FirstSample(std::int64_t block) const {
    return block * info_.audio->sample_rate / kBlocksPerSecond;
  }

  // Beat k is the first picture of second k, so that flash and beep are one moment at rates
  // such as 29.97 too.
  MediaTime BeatTime(std::int64_t beat) const {
    return info_.video ? rate_.TimeOf(rate_.FirstFrom(beat)) : MediaTime::Millis(beat * 1000);
  }
  std::int64_t BeatBefore(MediaTime at) const {
    const std::int64_t second = at.us() / 1'000'000;
    return BeatTime(second) <= at || second == 0 ? second : second - 1;
  }
  float BeepAt(std::int64_t sample) const {
    const int rate = info_.audio->sample_rate;
    const MediaTime beat = BeatTime(BeatBefore(SampleTime(sample, rate)));
    const std::int64_t first = units_internal::MultiplyDivide(beat.us(), rate, 1'000'000);
    return BeepSample(sample - first, rate);
  }

  FrameRate rate_;
  std::optional<TestPicture> picture_;
  SourceInfo info_;
  std::int64_t frame_ = 0;
  std::int64_t block_ = 0;
};

}  // namespace

Status TestSourceConfig::Validate() const {
  const auto refuse = [](const char* field) { return Fail(ErrorCode::kInvalidConfig, field); };
  if (!video && !audio) return refuse("neither video nor audio");
  if (video) {
    const auto [width, height] = video->size;
    if (width < 64 || width > 4096) return refuse("video.size.width");
    if (height < 64 || height > 4096) return refuse("video.size.height");
    if (!(video->frame_rate >= 1 && video->frame_rate <= 120)) return refuse("video.frame_rate");
  }
  if (audio) {
    if (audio->sample_rate < 8000 || audio->sample_rate > 96000) return refuse("audio.sample_rate");
    if (audio->channels < 1 || audio->channels > 2) return refuse("audio.channels");
  }
  return {};
}

Result<std::unique_ptr<MediaSource>> OpenTestSource(const TestSourceConfig& config) {
  if (auto valid = config.Validate(); !valid) return Forward(valid);
  if (!config.video) return std::make_unique<TestSource>(config, std::nullopt);
  auto picture = TestPicture::Make(config.video->size, Note(config));
  if (!picture) return Forward(picture);
  return std::make_unique<TestSource>(config, std::move(*picture));
}

}  // namespace onair::capture
