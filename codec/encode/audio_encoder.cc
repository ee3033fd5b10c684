// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/audio_encoder.h"

#include "codec/encode/aac_encoder.h"
#include "codec/encode/opus_encoder.h"

namespace onair::codec {

Result<std::unique_ptr<AudioEncoder>> OpenAudioEncoder(const AudioConfig& config) {
  switch (config.codec) {
    case AudioCodec::kAac:
      return OpenAacEncoder(config);
    case AudioCodec::kOpus:
      return OpenOpusEncoder(config);
  }
  return Fail(ErrorCode::kCodecUnavailable, "audio codec");
}

}  // namespace onair::codec
