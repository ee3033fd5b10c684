// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>

#include "core/api/codec_ports.h"

namespace onair::codec {

// Single-owner. Decodes whatever track it is configured for: see ffmpeg_audio_decoder.h (AAC) and
// opus_decoder.h. A track of the other codec forgets what the first one held.
// WarmUp() is AAC's.
Result<std::unique_ptr<AudioDecoder>> OpenAudioDecoder();

}  // namespace onair::codec
