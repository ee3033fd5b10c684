// SPDX-License-Identifier: Apache-2.0
#include "samples/edge/audio_bridge.h"

#include <algorithm>
#include <utility>

#include "codec/decode/audio_decoder.h"
#include "codec/encode/audio_encoder.h"

namespace onair::edge {
namespace {

// Transparent for speech and good for music in both codecs; a bridge should not be heard.
constexpr DataRate kStereoRate = DataRate::KilobitsPerSec(128);
constexpr DataRate kMonoRate = DataRate::KilobitsPerSec(64);
// The rate of Opus, and one that AAC has too.
constexpr int kSampleRate = 48'000;

bool IsSame(const AudioTrack& a, const AudioTrack& b) {
  return a.codec == b.codec && a.format == b.format &&
         std::ranges::equal(a.config.view(), b.config.view());
}

}  // namespace

Status AudioBridge::SetTrack(const AudioTrack& from) {
  if (from_ && IsSame(*from_, from)) return {};
  from_ = from;
  track_.reset();
  decoder_.reset();
  encoder_.reset();
  if (from.codec == to_) {
    track_ = from;
    return {};
  }
  Status opened = Open(from);
  if (!opened) {
    decoder_.reset();
    encoder_.reset();
  }
  return opened;
}

Status AudioBridge::Open(const AudioTrack& from) {
  auto decoder = codec::OpenAudioDecoder();
  if (!decoder) return Forward(decoder);
  decoder_ = std::move(*decoder);
  if (Status configured = decoder_->Configure(from); !configured) return configured;
  AudioConfig config;
  config.codec = to_;
  config.format = {kSampleRate, std::clamp(from.format.channels, 1, 2)};
  config.rate = config.format.channels == 1 ? kMonoRate : kStereoRate;
  auto encoder = codec::OpenAudioEncoder(config);
  if (!encoder) return Forward(encoder);
  encoder_ = std::move(*encoder);
  track_ = encoder_->track();
  return {};
}

void AudioBridge::Push(const EncodedFrame& frame, std::vector<EncodedFrame>& out) {
  if (!track_) {
    ++frames_lost_;
    return;
  }
  if (!decoder_) {
    out.push_back(frame);
    return;
  }
  blocks_.clear();
  if (!decoder_->Decode(frame, blocks_)) ++frames_lost_;
  for (const AudioBlock& block : blocks_) {
    if (!encoder_->Encode(block, out)) ++frames_lost_;
  }
}

}  // namespace onair::edge
