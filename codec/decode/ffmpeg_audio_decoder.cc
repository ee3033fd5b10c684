// SPDX-License-Identifier: Apache-2.0
#include "codec/decode/ffmpeg_audio_decoder.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

extern "C" {
#include <libavutil/channel_layout.h>
}

#include "codec/bitstream/aac_config.h"
#include "codec/decode/ffmpeg_handles.h"

namespace onair::codec {
namespace {

// ISO/IEC 14496-3 section 4.5.1.1: an access unit is at most 6144 bits a channel; eight
// channels, and room for what encoders add.
constexpr std::size_t kMaxFrameBytes = 16 * 1024;

class AudioDecoderByFfmpeg final : public AudioDecoder {
 public:
  void WarmUp() override { static_cast<void>(Open()); }
  Status Configure(const AudioTrack& track) override;
  Status Decode(const EncodedFrame& frame, std::vector<AudioBlock>& out) override;
  void Reset() override {
    if (context_ != nullptr) avcodec_flush_buffers(context_.get());
  }

 private:
  Status Open();
  Status FillPacket(const EncodedFrame& frame);
  Status Collect(const EncodedFrame& frame, std::vector<AudioBlock>& out);
  Result<AudioBlock> Interleave(const EncodedFrame& frame, MediaTime pts);
  Status OpenMixer(const AVFrame& sound, int channels);

  Ffmpeg<AVCodecContext> context_;
  Buffer record_;            // Of `context_`.
  Ffmpeg<AVPacket> packet_;  // Null, as `sound_`: neither warmed up nor configured yet.
  Ffmpeg<AVFrame> sound_;
  Ffmpeg<SwrContext> mixer_;
  AudioFormat mixer_from_;
  int mixer_sample_format_ = -1;
};

Status AudioDecoderByFfmpeg::Open() {
  if (packet_ == nullptr) packet_.reset(av_packet_alloc());
  if (sound_ == nullptr) sound_.reset(av_frame_alloc());
  if (packet_ == nullptr || sound_ == nullptr) return Fail(ErrorCode::kOutOfMemory, "aac");
  return {};
}

Status AudioDecoderByFfmpeg::Configure(const AudioTrack& track) {
  const bool is_same =
      context_ != nullptr && std::ranges::equal(track.config.view(), record_.view());
  if (is_same && track.codec == AudioCodec::kAac) return {};
  if (track.codec != AudioCodec::kAac) return Fail(ErrorCode::kCodecUnavailable, "AAC only");
  const auto config = ParseAacConfig(track.config.view());
  if (!config) return Fail(ErrorCode::kCodecOpen, config.error().detail);
  const AVCodec* codec = avcodec_find_decoder(AV_CODEC_ID_AAC);
  if (codec == nullptr) return Fail(ErrorCode::kCodecUnavailable, "aac");
  if (auto opened = Open(); !opened) return opened;
  Ffmpeg<AVCodecContext> context(avcodec_alloc_context3(codec));
  if (context == nullptr) return Fail(ErrorCode::kOutOfMemory, "aac");
  context->log_level_offset = kSilent;
  context->pkt_timebase = {1, 1'000'000};
  const std::size_t size = track.config.size();
  context->extradata = static_cast<std::uint8_t*>(av_mallocz(size + AV_INPUT_BUFFER_PADDING_SIZE));
  if (context->extradata == nullptr) return Fail(ErrorCode::kOutOfMemory, "aac");
  std::copy_n(track.config.data(), size, context->extradata);
  context->extradata_size = static_cast<int>(size);
  if (const int error = avcodec_open2(context.get(), codec, nullptr); error < 0) {
    return Fail(ErrorCode::kCodecOpen, "aac", error);
  }
  context_ = std::move(context);
  record_ = track.config;
  mixer_.reset();
  return {};
}

Status AudioDecoderByFfmpeg::Decode(const EncodedFrame& frame, std::vector<AudioBlock>& out) {
  if (context_ == nullptr) return Fail(ErrorCode::kDecodeFailed, "no configuration yet");
  if (frame.payload.empty() || frame.payload.size() > kMaxFrameBytes) {
    return Fail(ErrorCode::kDecodeFailed, "size of an audio frame");
  }
  if (auto filled = FillPacket(frame); !filled) return filled;
  const int error = avcodec_send_packet(context_.get(), packet_.get());
  av_packet_unref(packet_.get());
  auto collected = Collect(frame, out);
  if (error < 0) return Fail(ErrorCode::kDecodeFailed, "aac", error);
  return collected;
}

Status AudioDecoderByFfmpeg::FillPacket(const EncodedFrame& frame) {
  const int size = static_cast<int>(frame.payload.size());
  if (const int error = av_new_packet(packet_.get(), size); error < 0) {
    return Fail(ErrorCode::kOutOfMemory, "audio packet", error);
  }
  std::copy_n(frame.payload.data(), frame.payload.size(), packet_->data);
  packet_->pts = frame.pts.us();
  return {};
}

Status AudioDecoderByFfmpeg::Collect(const EncodedFrame& frame, std::vector<AudioBlock>& out) {
  MediaTime pts = frame.pts;
  while (true) {
    const int error = avcodec_receive_frame(context_.get(), sound_.get());
    if (error == AVERROR(EAGAIN) || error == AVERROR_EOF) return {};
    if (error < 0) return Fail(ErrorCode::kDecodeFailed, "aac", error);
    auto block = Interleave(frame, pts);
    av_frame_unref(sound_.get());
    if (!block) return Forward(block);
    pts += block->duration();
    out.push_back(std::move(*block));
  }
}

Result<AudioBlock> AudioDecoderByFfmpeg::Interleave(const EncodedFrame& frame, MediaTime pts) {
  const AVFrame& sound = *sound_;
  const int channels = std::min(sound.ch_layout.nb_channels, 2);
  if (channels < 1 || sound.nb_samples < 1 || sound.sample_rate < 1) {
    return Fail(ErrorCode::kDecodeFailed, "aac gave no sound");
  }
  if (auto opened = OpenMixer(sound, channels); !opened) return Forward(opened);
  AudioBlock block{{sound.sample_rate, channels}, {}, pts, frame.captured_at};
  block.samples.resize(static_cast<std::size_t>(sound.nb_samples) *
                       static_cast<std::size_t>(channels));
  auto* to = reinterpret_cast<std::uint8_t*>(block.samples.data());
  // FFmpeg reads its input only; its signature has no const for the pointers in the array.
  const int made =
      swr_convert(mixer_.get(), &to, sound.nb_samples,
                  const_cast<const std::uint8_t**>(sound.extended_data), sound.nb_samples);
  if (made != sound.nb_samples) return Fail(ErrorCode::kDecodeFailed, "sound format", made);
  return block;
}

// The rate stays, so the mixer interleaves and mixes down without delay.
Status AudioDecoderByFfmpeg::OpenMixer(const AVFrame& sound, int channels) {
  const AudioFormat from{sound.sample_rate, sound.ch_layout.nb_channels};
  if (mixer_ != nullptr && from == mixer_from_ && sound.format == mixer_sample_format_) return {};
  AVChannelLayout in = sound.ch_layout;  // Borrowed: FFmpeg copies it.
  AVChannelLayout out;
  av_channel_layout_default(&out, channels);
  SwrContext* swr = nullptr;
  const int error = swr_alloc_set_opts2(&swr, &out, AV_SAMPLE_FMT_FLT, sound.sample_rate, &in,
                                        static_cast<AVSampleFormat>(sound.format),
                                        sound.sample_rate, kSilent, nullptr);
  mixer_.reset(swr);
  if (error < 0 || swr_init(swr) < 0) {
    mixer_.reset();
    return Fail(ErrorCode::kDecodeFailed, "sound format", error);
  }
  mixer_from_ = from;
  mixer_sample_format_ = sound.format;
  return {};
}

}  // namespace

Result<std::unique_ptr<AudioDecoder>> OpenFfmpegAudioDecoder() {
  return std::unique_ptr<AudioDecoder>(std::make_unique<AudioDecoderByFfmpeg>());
}

}  // namespace onair::codec
