// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/opus_encoder.h"

#include <opus/opus.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

#include "codec/bitstream/opus_config.h"
#include "codec/encode/pcm_converter.h"

namespace onair::codec {
namespace {

constexpr TimeDelta kLongestGap = TimeDelta::Millis(100);  // As in aac_encoder.cc.
constexpr TimeDelta kLongestBlock = TimeDelta::Seconds(10);

// A packet of at most this many bytes says only "silence": it need not be sent.
// Source: opus.h 1.3.1, opus_encode().
constexpr int kMaxSilentBytes = 2;

// Quality for a stream that is also music; a fiftieth of a desktop core in stereo.
// Source: libwebrtc audio_encoder_opus.cc, kDefaultComplexity.
constexpr int kComplexity = 9;

struct Destroy {
  void operator()(OpusEncoder* encoder) const { opus_encoder_destroy(encoder); }
};
using Opus = std::unique_ptr<OpusEncoder, Destroy>;

bool IsFormat(AudioFormat format) {
  return format.sample_rate >= 8000 && format.sample_rate <= 96000 && format.channels >= 1 &&
         format.channels <= 2;
}

std::int64_t SamplesIn(TimeDelta span) {
  return span.us() * kOpusRate / 1'000'000;
}
TimeDelta SpanOf(std::int64_t samples) {
  return TimeDelta::Micros(samples * 1'000'000 / kOpusRate);
}

class OpusAudioEncoder final : public AudioEncoder {
 public:
  OpusAudioEncoder(const AudioConfig& config, Opus opus, AudioTrack track, int lookahead)
      : config_(config),
        opus_(std::move(opus)),
        track_(std::move(track)),
        lookahead_(lookahead),
        frame_samples_(SamplesIn(config.opus.frame)),
        converter_(track_.format) {}

  Status Apply(const AudioTarget& target) override;
  Status Encode(const AudioBlock& block, std::vector<EncodedFrame>& out) override;
  Status Flush(std::vector<EncodedFrame>& out) override { return EndLine(out); }
  const AudioTrack& track() const override { return track_; }

 private:
  // Sound without a gap, from the sample that went in first.
  struct Line {
    MediaTime pts;
    Timestamp captured_at;
    std::int64_t unwanted;  // Samples still to be left out at its beginning.
    std::int64_t sent = 0;
  };
  // Input since the line began or its sample rate changed, counted so that rounding of block
  // durations cannot pile up.
  struct Input {
    MediaTime from;
    int sample_rate;
    std::int64_t frames;
    MediaTime end() const { return from + TimeDelta::Micros(frames * 1'000'000 / sample_rate); }
  };

  bool FollowsOn(const AudioBlock& block) const;
  void StartLine(const AudioBlock& block);
  Status EndLine(std::vector<EncodedFrame>& out);
  void LeaveOutUnwanted();
  Status EncodeOne(std::vector<EncodedFrame>& out);
  void TakeInterleaved();

  AudioConfig config_;
  Opus opus_;
  AudioTrack track_;
  std::int64_t lookahead_;
  std::int64_t frame_samples_;
  PcmConverter converter_;
  std::optional<Line> line_;
  std::optional<Input> input_;  // Empty between lines.
  std::array<std::vector<float>, 2> planes_;
  std::vector<float> interleaved_;
};

Status OpusAudioEncoder::Apply(const AudioTarget& target) {
  AudioConfig wanted = config_;
  wanted.rate = target.rate;
  wanted.opus.expected_loss = target.expected_loss;
  if (auto valid = wanted.Validate(); !valid) return valid;
  config_ = wanted;
  const auto percent = static_cast<int>(std::lround(target.expected_loss * 100));
  opus_encoder_ctl(opus_.get(), OPUS_SET_BITRATE(static_cast<int>(target.rate.bps())));
  opus_encoder_ctl(opus_.get(), OPUS_SET_PACKET_LOSS_PERC(percent));
  return {};
}

Status OpusAudioEncoder::Encode(const AudioBlock& block, std::vector<EncodedFrame>& out) {
  if (!IsFormat(block.format)) return Fail(ErrorCode::kEncodeFailed, "format of the block");
  if (block.duration() > kLongestBlock) return Fail(ErrorCode::kEncodeFailed, "block over 10 s");
  if (block.frames() == 0) return {};
  if (!FollowsOn(block)) {
    if (auto ended = EndLine(out); !ended) return ended;
    StartLine(block);
  }
  if (block.format.sample_rate != input_->sample_rate) {
    input_ = Input{input_->end(), block.format.sample_rate, 0};
  }
  input_->frames += static_cast<std::int64_t>(block.frames());
  if (auto converted = converter_.Convert(block.format, block.samples); !converted) {
    return converted;
  }
  LeaveOutUnwanted();
  while (converter_.ready() >= static_cast<std::size_t>(frame_samples_)) {
    if (auto encoded = EncodeOne(out); !encoded) return encoded;
  }
  return {};
}

bool OpusAudioEncoder::FollowsOn(const AudioBlock& block) const {
  if (!input_) return false;
  const TimeDelta jump = block.pts - input_->end();
  return jump <= kLongestGap && -jump <= kLongestGap;
}

void OpusAudioEncoder::StartLine(const AudioBlock& block) {
  const TimeDelta missing = SpanOf(lookahead_) - (block.pts - MediaTime::Zero());
  const TimeDelta unwanted = std::max(TimeDelta::Zero(), missing);
  // One sample more than the rounded-down span: a pts of -1 us would be below zero too.
  const std::int64_t samples = unwanted > TimeDelta::Zero() ? SamplesIn(unwanted) + 1 : 0;
  line_ = Line{block.pts + SpanOf(samples), block.captured_at + SpanOf(samples), samples};
  input_ = Input{block.pts, block.format.sample_rate, 0};
}

void OpusAudioEncoder::LeaveOutUnwanted() {
  const auto count = std::min(line_->unwanted, static_cast<std::int64_t>(converter_.ready()));
  if (count == 0) return;
  const auto samples = static_cast<std::size_t>(count);
  std::array<float*, 2> planes{};
  const auto channels = static_cast<std::size_t>(track_.format.channels);
  for (std::size_t i = 0; i < channels; ++i) {
    planes_[i].resize(std::max(planes_[i].size(), samples));
    planes[i] = planes_[i].data();
  }
  converter_.Take(samples, std::span(planes).first(channels));
  line_->unwanted -= count;
}

// As many frames as it takes until the decoder has given the last sample.
Status OpusAudioEncoder::EndLine(std::vector<EncodedFrame>& out) {
  if (!input_) return {};
  input_.reset();
  if (auto drained = converter_.Drain(); !drained) return drained;
  LeaveOutUnwanted();
  const auto left = static_cast<std::int64_t>(converter_.ready()) + lookahead_;
  for (std::int64_t given = 0; given < left; given += frame_samples_) {
    if (auto encoded = EncodeOne(out); !encoded) return encoded;
  }
  return {};
}

Status OpusAudioEncoder::EncodeOne(std::vector<EncodedFrame>& out) {
  TakeInterleaved();
  Bytes packet(kMaxOpusFrameBytes);
  const int bytes =
      opus_encode_float(opus_.get(), interleaved_.data(), static_cast<int>(frame_samples_),
                        packet.data(), kMaxOpusFrameBytes);
  const TimeDelta offset = SpanOf(line_->sent) - SpanOf(lookahead_);
  line_->sent += frame_samples_;
  if (bytes < 0) return Fail(ErrorCode::kEncodeFailed, "opus", bytes);
  if (bytes <= kMaxSilentBytes && config_.opus.dtx == OpusDtx::kOn) return {};
  packet.resize(static_cast<std::size_t>(bytes));
  const MediaTime pts = line_->pts + offset;
  out.push_back(
      {Buffer::Own(std::move(packet)), FrameKind::kAudio, pts, pts, line_->captured_at + offset});
  return {};
}

void OpusAudioEncoder::TakeInterleaved() {
  const auto samples = static_cast<std::size_t>(frame_samples_);
  const auto channels = static_cast<std::size_t>(track_.format.channels);
  std::array<float*, 2> planes{};
  for (std::size_t i = 0; i < channels; ++i) {
    planes_[i].resize(std::max(planes_[i].size(), samples));
    planes[i] = planes_[i].data();
  }
  converter_.Take(samples, std::span(planes).first(channels));
  interleaved_.resize(samples * channels);
  for (std::size_t i = 0; i < samples; ++i) {
    for (std::size_t c = 0; c < channels; ++c) interleaved_[i * channels + c] = planes_[c][i];
  }
}

Result<Opus> OpenOpus(const AudioConfig& config) {
  int error = OPUS_OK;
  Opus opus(opus_encoder_create(kOpusRate, config.format.channels, OPUS_APPLICATION_AUDIO, &error));
  if (opus == nullptr) return Fail(ErrorCode::kCodecOpen, "opus", error);
  const OpusOptions& options = config.opus;
  opus_encoder_ctl(opus.get(), OPUS_SET_COMPLEXITY(kComplexity));
  opus_encoder_ctl(opus.get(), OPUS_SET_INBAND_FEC(options.fec == OpusFec::kOn ? 1 : 0));
  opus_encoder_ctl(opus.get(), OPUS_SET_DTX(options.dtx == OpusDtx::kOn ? 1 : 0));
  return opus;
}

}  // namespace

Result<std::unique_ptr<AudioEncoder>> OpenOpusEncoder(const AudioConfig& config) {
  if (auto valid = config.Validate(); !valid) return Forward(valid);
  if (config.codec != AudioCodec::kOpus) return Fail(ErrorCode::kCodecUnavailable, "Opus only");
  auto opus = OpenOpus(config);
  if (!opus) return Forward(opus);
  opus_int32 lookahead = 0;
  opus_encoder_ctl(opus->get(), OPUS_GET_LOOKAHEAD(&lookahead));
  const OpusConfig head{.channels = config.format.channels, .pre_skip = lookahead};
  AudioTrack track{AudioCodec::kOpus, config.format, Buffer::Own(MakeOpusConfig(head))};
  auto encoder =
      std::make_unique<OpusAudioEncoder>(config, std::move(*opus), std::move(track), lookahead);
  if (auto set = encoder->Apply({config.rate, config.opus.expected_loss}); !set) {
    return Forward(set);
  }
  return std::unique_ptr<AudioEncoder>(std::move(encoder));
}

}  // namespace onair::codec
