// SPDX-License-Identifier: Apache-2.0
#include "capture/file/audio_lane.h"

#include <algorithm>
#include <string>
#include <utility>

#include "core/units/data.h"

namespace onair::capture {
namespace {

constexpr AVRational kMicros{1, 1'000'000};
constexpr int kBlocksPerSecond = 100;
constexpr int kMinRate = 8'000;
constexpr int kMaxRate = 96'000;

// Sound of another rate is not played: at 1 Hz a file of 100 KB unfolds to hours of samples.
// Source: ours; telephone codecs begin at 8 kHz, PCM ends at 768 kHz.
constexpr int kLeastSourceRate = 4'000;
constexpr int kMostSourceRate = 768'000;

bool IsSourceRate(int sample_rate) {
  return sample_rate >= kLeastSourceRate && sample_rate <= kMostSourceRate;
}

// Sound that the file puts further away than this is a hole; below it, coarse timestamps.
// Source: ours; FLV and Matroska round to 1 ms, old AVI files to a packet of 40 ms.
constexpr TimeDelta kCoarse = TimeDelta::Millis(50);
constexpr TimeDelta kExact = TimeDelta::Millis(1);
// A longer hole stays one: 10 s of silence are 4 MB of samples.
constexpr TimeDelta kLongestSilence = TimeDelta::Seconds(10);

AudioFormat OwnFormat(const AVStream& stream) {
  const AVCodecParameters& p = *stream.codecpar;
  const bool is_usual = p.sample_rate >= kMinRate && p.sample_rate <= kMaxRate;
  return {is_usual ? p.sample_rate : 48'000, p.ch_layout.nb_channels == 1 ? 1 : 2};
}

std::int64_t SamplesIn(TimeDelta span, int sample_rate) {
  return units_internal::MultiplyDivide(span.us(), sample_rate, 1'000'000);
}
TimeDelta SpanOf(std::int64_t samples, int sample_rate) {
  return TimeDelta::Micros(units_internal::MultiplyDivide(samples, 1'000'000, sample_rate));
}

}  // namespace

Result<AudioLane> AudioLane::Open(const Demuxer& demuxer, std::optional<AudioFormat> wanted) {
  const AVStream& stream = *demuxer.stream(TrackKind::kAudio);
  if (!IsSourceRate(stream.codecpar->sample_rate)) {
    return Fail(ErrorCode::kUnsupported,
                std::to_string(stream.codecpar->sample_rate) + " samples per second");
  }
  auto decoder = TrackDecoder::Open(stream);
  if (!decoder) return Forward(decoder);
  return AudioLane(stream, std::move(*decoder), wanted.value_or(OwnFormat(stream)));
}

AudioLane::AudioLane(const AVStream& stream, TrackDecoder decoder, const AudioFormat& format)
    : decoder_(std::move(decoder)), maker_(format), format_(format), time_base_(stream.time_base) {}

Result<std::optional<MediaTime>> AudioLane::FirstTime(Demuxer& demuxer) {
  auto frame = decoder_.Next(demuxer, TrackKind::kAudio);
  if (!frame) return Forward(frame);
  first_ = std::move(*frame);
  if (first_ == nullptr) return std::optional<MediaTime>();
  if (first_->best_effort_timestamp == AV_NOPTS_VALUE) return MediaTime::Zero();
  return MediaTime::Micros(av_rescale_q(first_->best_effort_timestamp, time_base_, kMicros));
}

void AudioLane::Start(MediaTime origin, MediaTime base) {
  if (first_ == nullptr) decoder_.Reset();
  clock_ = TrackClock();
  origin_ = origin;
  base_ = base;
  is_first_of_pass_ = true;
  is_over_ = false;
}

Status AudioLane::Fill(Demuxer& demuxer) {
  while (!is_over_ && samples_.size() < BlockValues()) {
    AvPtr<AVFrame> frame = std::move(first_);
    if (frame == nullptr) {
      auto next = decoder_.Next(demuxer, TrackKind::kAudio);
      if (!next) return Forward(next);
      frame = std::move(*next);
    }
    if (frame == nullptr) {
      is_over_ = demuxer.is_at_end();
      if (is_over_) maker_.Drain(samples_);
      return {};
    }
    if (auto appended = Append(*frame); !appended) return appended;
  }
  return {};
}

Status AudioLane::Append(const AVFrame& frame) {
  if (frame.nb_samples <= 0 || !IsSourceRate(frame.sample_rate)) return {};
  std::optional<MediaTime> pts;
  if (frame.best_effort_timestamp != AV_NOPTS_VALUE) {
    const auto us = av_rescale_q(frame.best_effort_timestamp, time_base_, kMicros);
    pts = MediaTime::Micros(us) - (origin_ - MediaTime::Zero());
  }
  const TimeDelta duration = SpanOf(frame.nb_samples, frame.sample_rate);
  const MediaTime place = clock_.Place(pts, std::max(duration, TimeDelta::Micros(1)));
  FillHole(base_ + (place - MediaTime::Zero()));
  is_first_of_pass_ = false;
  const std::size_t before = samples_.size();
  auto made = maker_.Make(frame, samples_);
  // Sound of an unknown kind is silence of the same length: pictures stay in place.
  if (!made) {
    const auto missing = SamplesIn(duration, format_.sample_rate) * format_.channels;
    samples_.resize(before + static_cast<std::size_t>(std::max<std::int64_t>(0, missing)));
  }
  return {};
}

void AudioLane::FillHole(MediaTime until) {
  const TimeDelta hole = until - end();
  if (hole <= (is_first_of_pass_ ? kExact : kCoarse)) return;
  if (hole > kLongestSilence) {
    samples_.clear();  // Less than a block.
    anchor_ = until;
    taken_ = 0;
    return;
  }
  const auto values = SamplesIn(hole, format_.sample_rate) * format_.channels;
  samples_.resize(samples_.size() + static_cast<std::size_t>(values));
}

bool AudioLane::is_ready() const {
  return samples_.size() >= BlockValues() || (is_closed_ && !samples_.empty());
}

MediaTime AudioLane::at() const {
  return anchor_ + SpanOf(taken_, format_.sample_rate);
}

MediaTime AudioLane::end() const {
  const auto waiting = static_cast<std::int64_t>(samples_.size()) / format_.channels;
  return anchor_ + SpanOf(taken_ + waiting, format_.sample_rate);
}

AudioBlock AudioLane::Take(Timestamp captured_at) {
  const auto values = static_cast<std::ptrdiff_t>(std::min(samples_.size(), BlockValues()));
  AudioBlock block{format_, {samples_.begin(), samples_.begin() + values}, at(), captured_at};
  samples_.erase(samples_.begin(), samples_.begin() + values);
  taken_ += values / format_.channels;
  ++blocks_;
  return block;
}

// Whole samples, so that rates such as 22050 stay exact on the mean.
std::size_t AudioLane::BlockValues() const {
  const std::int64_t rate = format_.sample_rate;
  const std::int64_t frames =
      (blocks_ + 1) * rate / kBlocksPerSecond - blocks_ * rate / kBlocksPerSecond;
  return static_cast<std::size_t>(frames * format_.channels);
}

}  // namespace onair::capture
