// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/aac_encoder.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavutil/channel_layout.h>
}

#include "codec/bitstream/aac_config.h"
#include "codec/encode/pcm_converter.h"

namespace onair::codec {
namespace {

constexpr int kSilent = 100;                               // As in pcm_converter.cc.
constexpr TimeDelta kLongestGap = TimeDelta::Millis(100);  // AudioEncoder's promise.
constexpr TimeDelta kLongestBlock = TimeDelta::Seconds(10);

struct FreeContext {
  void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
};
struct FreeFrame {
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
};
struct FreePacket {
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};
using Context = std::unique_ptr<AVCodecContext, FreeContext>;

// A run of sound without a gap: sample `first` of the encoder's count was captured at `pts`.
struct Line {
  std::int64_t first;
  MediaTime pts;
  Timestamp captured_at;
};

bool IsFormat(AudioFormat format) {
  return format.sample_rate >= 8000 && format.sample_rate <= 96000 && format.channels >= 1 &&
         format.channels <= 2;
}

class AacEncoder final : public AudioEncoder {
 public:
  AacEncoder(Context context, AudioTrack track)
      : context_(std::move(context)),
        track_(std::move(track)),
        frame_(av_frame_alloc()),
        packet_(av_packet_alloc()),
        converter_(track_.format) {}

  Status Encode(const AudioBlock& block, std::vector<EncodedFrame>& out) override;
  Status Flush(std::vector<EncodedFrame>& out) override;
  const AudioTrack& track() const override { return track_; }

 private:
  bool FollowsOn(const AudioBlock& block) const;
  void StartLine(const AudioBlock& block);
  Status EndLine(std::vector<EncodedFrame>& out);
  Status EncodeOne(std::vector<EncodedFrame>& out);
  Status Collect(std::vector<EncodedFrame>& out);
  const Line& LineOf(std::int64_t sample) const;
  std::int64_t frame_samples() const { return context_->frame_size; }
  TimeDelta SpanOf(std::int64_t samples) const {
    return TimeDelta::Micros(samples * 1'000'000 / track_.format.sample_rate);
  }

  Context context_;
  AudioTrack track_;
  std::unique_ptr<AVFrame, FreeFrame> frame_;
  std::unique_ptr<AVPacket, FreePacket> packet_;
  PcmConverter converter_;
  std::int64_t sent_ = 0;  // Samples given to the encoder.
  // FFmpeg holds back one frame, so a packet belongs to the newest line or the one before.
  std::optional<Line> line_;
  std::optional<Line> line_before_;
  // Input since the line began or its sample rate changed, counted so that rounding of block
  // durations cannot pile up; nullopt between lines.
  struct Input {
    MediaTime from;
    int sample_rate;
    std::int64_t frames;
    MediaTime end() const { return from + TimeDelta::Micros(frames * 1'000'000 / sample_rate); }
  };
  std::optional<Input> input_;
};

Status AacEncoder::Encode(const AudioBlock& block, std::vector<EncodedFrame>& out) {
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
  while (converter_.ready() >= static_cast<std::size_t>(frame_samples())) {
    if (auto encoded = EncodeOne(out); !encoded) return encoded;
  }
  return {};
}

Status AacEncoder::Flush(std::vector<EncodedFrame>& out) {
  return EndLine(out);
}

bool AacEncoder::FollowsOn(const AudioBlock& block) const {
  if (!input_) return false;
  const TimeDelta jump = block.pts - input_->end();
  return jump <= kLongestGap && -jump <= kLongestGap;
}

void AacEncoder::StartLine(const AudioBlock& block) {
  line_before_ = std::exchange(line_, Line{sent_, block.pts, block.captured_at});
  input_ = Input{block.pts, block.format.sample_rate, 0};
}

// One frame of silence pushes the last samples out of the encoder and is itself left inside:
// it becomes the priming of the next line.
Status AacEncoder::EndLine(std::vector<EncodedFrame>& out) {
  if (!input_) return {};
  input_.reset();
  if (auto drained = converter_.Drain(); !drained) return drained;
  while (converter_.ready() > 0) {
    if (auto encoded = EncodeOne(out); !encoded) return encoded;
  }
  return EncodeOne(out);
}

Status AacEncoder::EncodeOne(std::vector<EncodedFrame>& out) {
  AVFrame* frame = frame_.get();
  frame->nb_samples = static_cast<int>(frame_samples());
  frame->format = AV_SAMPLE_FMT_FLTP;
  frame->sample_rate = context_->sample_rate;
  av_channel_layout_copy(&frame->ch_layout, &context_->ch_layout);
  if (const int error = av_frame_get_buffer(frame, 0); error < 0) {
    return Fail(ErrorCode::kOutOfMemory, "audio frame", error);
  }
  std::array<float*, 2> planes{};
  const auto channels = static_cast<std::size_t>(track_.format.channels);
  for (std::size_t i = 0; i < channels; ++i) planes[i] = reinterpret_cast<float*>(frame->data[i]);
  converter_.Take(static_cast<std::size_t>(frame_samples()), std::span(planes).first(channels));
  frame->pts = sent_;
  sent_ += frame_samples();
  const int error = avcodec_send_frame(context_.get(), frame);
  av_frame_unref(frame);
  if (error < 0) return Fail(ErrorCode::kEncodeFailed, "aac", error);
  return Collect(out);
}

Status AacEncoder::Collect(std::vector<EncodedFrame>& out) {
  while (true) {
    const int error = avcodec_receive_packet(context_.get(), packet_.get());
    if (error == AVERROR(EAGAIN)) return {};
    if (error < 0) return Fail(ErrorCode::kEncodeFailed, "aac", error);
    // FFmpeg has taken the priming off: pts is the count of the first sample that decoding
    // this packet gives.
    const std::int64_t sample = packet_->pts;
    const Line& line = LineOf(sample);
    const TimeDelta offset = SpanOf(sample - line.first);
    const MediaTime pts = line.pts + offset;
    const ByteView bytes(packet_->data, static_cast<std::size_t>(packet_->size));
    if (pts >= MediaTime::Zero()) {
      out.push_back({Buffer::Own(Bytes(bytes.begin(), bytes.end())), FrameKind::kAudio, pts, pts,
                     line.captured_at + offset});
    }
    av_packet_unref(packet_.get());
  }
}

const Line& AacEncoder::LineOf(std::int64_t sample) const {
  return sample < line_->first && line_before_ ? *line_before_ : *line_;
}

Result<Context> OpenContext(const AudioConfig& config) {
  const AVCodec* codec = avcodec_find_encoder(AV_CODEC_ID_AAC);
  if (codec == nullptr) return Fail(ErrorCode::kCodecUnavailable, "aac");
  Context context(avcodec_alloc_context3(codec));
  if (context == nullptr) return Fail(ErrorCode::kOutOfMemory, "aac");
  context->log_level_offset = kSilent;
  context->sample_fmt = AV_SAMPLE_FMT_FLTP;
  context->sample_rate = config.format.sample_rate;
  av_channel_layout_default(&context->ch_layout, config.format.channels);
  context->bit_rate = config.rate.bps();
  context->time_base = {1, config.format.sample_rate};
  context->flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  if (const int error = avcodec_open2(context.get(), codec, nullptr); error < 0) {
    return Fail(ErrorCode::kCodecOpen, "aac", error);
  }
  return context;
}

}  // namespace

Result<std::unique_ptr<AudioEncoder>> OpenAacEncoder(const AudioConfig& config) {
  if (auto valid = config.Validate(); !valid) return Forward(valid);
  if (config.codec != AudioCodec::kAac) return Fail(ErrorCode::kCodecUnavailable, "AAC only");
  auto context = OpenContext(config);
  if (!context) return Forward(context);
  // FFmpeg's own config says the same in five bytes; two are what every server knows.
  auto record = MakeAacConfig(config.format);
  if (!record) return Forward(record);
  AudioTrack track{AudioCodec::kAac, config.format, Buffer::Own(std::move(*record))};
  return std::unique_ptr<AudioEncoder>(
      std::make_unique<AacEncoder>(std::move(*context), std::move(track)));
}

}  // namespace onair::codec
