// SPDX-License-Identifier: Apache-2.0
#include "codec/decode/audio_decoder.h"

#include <utility>

#include "codec/decode/ffmpeg_audio_decoder.h"
#include "codec/decode/opus_decoder.h"

namespace onair::codec {
namespace {

class AudioDecoderByTrack final : public AudioDecoder {
 public:
  explicit AudioDecoderByTrack(std::unique_ptr<AudioDecoder> aac) : decoder_(std::move(aac)) {}

  void WarmUp() override { decoder_->WarmUp(); }
  Status Configure(const AudioTrack& track) override {
    if (track.codec == codec_) return decoder_->Configure(track);
    auto other = track.codec == AudioCodec::kOpus ? OpenOpusDecoder() : OpenFfmpegAudioDecoder();
    if (!other) return Forward(other);
    if (auto configured = (*other)->Configure(track); !configured) return configured;
    decoder_ = std::move(*other);
    codec_ = track.codec;
    return {};
  }
  Status Decode(const EncodedFrame& frame, std::vector<AudioBlock>& out) override {
    return decoder_->Decode(frame, out);
  }
  Status Conceal(const LostAudio& lost, std::vector<AudioBlock>& out) override {
    return decoder_->Conceal(lost, out);
  }
  void Reset() override { decoder_->Reset(); }

 private:
  AudioCodec codec_ = AudioCodec::kAac;  // Of `decoder_`.
  std::unique_ptr<AudioDecoder> decoder_;
};

}  // namespace

Result<std::unique_ptr<AudioDecoder>> OpenAudioDecoder() {
  auto aac = OpenFfmpegAudioDecoder();
  if (!aac) return Forward(aac);
  return std::unique_ptr<AudioDecoder>(std::make_unique<AudioDecoderByTrack>(std::move(*aac)));
}

}  // namespace onair::codec
