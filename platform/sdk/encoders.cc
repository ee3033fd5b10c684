// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/encoders.h"

#include "codec/encode/audio_encoder.h"
#include "codec/encode/video_encoder.h"

namespace onair {

Result<std::unique_ptr<VideoEncoder>> OpenVideoEncoder(const VideoConfig& config) {
  return codec::OpenVideoEncoder(config);
}

Result<std::unique_ptr<AudioEncoder>> OpenAudioEncoder(const AudioConfig& config) {
  return codec::OpenAudioEncoder(config);
}

Status FindVideoEncoder(const VideoConfig& config) {
  return codec::FindVideoEncoder(config);
}

}  // namespace onair
