// SPDX-License-Identifier: Apache-2.0
#include "codec/decode/opus_decoder.h"

#include <opus/opus.h>

#include <algorithm>
#include <cstdint>
#include <utility>

#include "codec/bitstream/opus_config.h"

namespace onair::codec {
namespace {

// RFC 6716 section 3.4: a packet of 120 ms holds at most 48 frames of 1275 bytes and lengths.
constexpr std::size_t kMaxPacketBytes = 64 * 1024;
// What is lost is told to libopus in whole steps of 2.5 ms.
constexpr TimeDelta kStep = TimeDelta::Micros(2'500);

int SamplesIn(TimeDelta span) {
  return static_cast<int>(span.us() * kOpusRate / 1'000'000);
}

struct Destroy {
  void operator()(OpusDecoder* decoder) const { opus_decoder_destroy(decoder); }
};
using Opus = std::unique_ptr<OpusDecoder, Destroy>;

class OpusAudioDecoder final : public AudioDecoder {
 public:
  Status Configure(const AudioTrack& track) override;
  Status Decode(const EncodedFrame& frame, std::vector<AudioBlock>& out) override;
  Status Conceal(const LostAudio& lost, std::vector<AudioBlock>& out) override;
  void Reset() override {
    if (opus_ != nullptr) opus_decoder_ctl(opus_.get(), OPUS_RESET_STATE);
  }

 private:
  // Which bytes libopus gets. kCopy: those of the packet behind the one that is wanted.
  enum class Use : int { kPacket = 0, kCopy = 1 };
  // No bytes: made up.
  Status Run(ByteView packet, Use use, TimeDelta span, AudioBlock block,
             std::vector<AudioBlock>& out);

  Opus opus_;
  int channels_ = 0;
  Buffer head_;  // Of `opus_`.
};

Status OpusAudioDecoder::Configure(const AudioTrack& track) {
  if (track.codec != AudioCodec::kOpus) return Fail(ErrorCode::kCodecUnavailable, "Opus only");
  if (opus_ != nullptr && std::ranges::equal(track.config.view(), head_.view())) return {};
  const auto config = ParseOpusConfig(track.config.view());
  if (!config) return Fail(ErrorCode::kCodecOpen, config.error().detail);
  int error = OPUS_OK;
  Opus opus(opus_decoder_create(kOpusRate, config->channels, &error));
  if (opus == nullptr) return Fail(ErrorCode::kCodecOpen, "opus", error);
  opus_decoder_ctl(opus.get(), OPUS_SET_GAIN(config->gain_q8));
  opus_ = std::move(opus);
  channels_ = config->channels;
  head_ = track.config;
  return {};
}

Status OpusAudioDecoder::Decode(const EncodedFrame& frame, std::vector<AudioBlock>& out) {
  if (opus_ == nullptr) return Fail(ErrorCode::kDecodeFailed, "no configuration yet");
  const auto span = OpusPacketSpan(frame.payload.view());
  if (!span) return Fail(ErrorCode::kDecodeFailed, span.error().detail);
  if (frame.payload.size() > kMaxPacketBytes) {
    return Fail(ErrorCode::kDecodeFailed, "size of an Opus packet");
  }
  return Run(frame.payload.view(), Use::kPacket, *span,
             {{kOpusRate, channels_}, {}, frame.pts, frame.captured_at}, out);
}

Status OpusAudioDecoder::Conceal(const LostAudio& lost, std::vector<AudioBlock>& out) {
  if (opus_ == nullptr) return Fail(ErrorCode::kDecodeFailed, "no configuration yet");
  const TimeDelta wanted = std::min(lost.span, kMaxOpusPacketSpan);
  const TimeDelta span = kStep * (wanted.us() / kStep.us());
  if (span <= TimeDelta::Zero()) return {};
  const bool has_next = lost.next != nullptr && lost.next->payload.size() <= kMaxPacketBytes &&
                        OpusPacketSpan(lost.next->payload.view()).has_value();
  // What is not concealed is silence before the rest: a copy belongs right before its packet.
  const MediaTime pts = has_next ? lost.pts + (lost.span - span) : lost.pts;
  AudioBlock block{{kOpusRate, channels_}, {}, pts, lost.at};
  if (!has_next) return Run({}, Use::kPacket, span, std::move(block), out);
  return Run(lost.next->payload.view(), Use::kCopy, span, std::move(block), out);
}

Status OpusAudioDecoder::Run(ByteView packet, Use use, TimeDelta span, AudioBlock block,
                             std::vector<AudioBlock>& out) {
  const int samples = SamplesIn(span);
  block.samples.resize(static_cast<std::size_t>(samples) * static_cast<std::size_t>(channels_));
  const int made = opus_decode_float(opus_.get(), packet.empty() ? nullptr : packet.data(),
                                     static_cast<opus_int32>(packet.size()), block.samples.data(),
                                     samples, static_cast<int>(use));
  if (made <= 0) return Fail(ErrorCode::kDecodeFailed, "opus", made);
  block.samples.resize(static_cast<std::size_t>(made) * static_cast<std::size_t>(channels_));
  out.push_back(std::move(block));
  return {};
}

}  // namespace

Result<std::unique_ptr<AudioDecoder>> OpenOpusDecoder() {
  return std::unique_ptr<AudioDecoder>(std::make_unique<OpusAudioDecoder>());
}

}  // namespace onair::codec
