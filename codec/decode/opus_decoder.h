// SPDX-License-Identifier: Apache-2.0
//
// Opus by libopus itself, for what FFmpeg's wrapper does not offer: making up lost sound.
#pragma once

#include <memory>

#include "core/api/codec_ports.h"

namespace onair::codec {

// Single-owner. Blocks come at 48 kHz in the track's channels; the header's gain is applied. No
// pre-skip is cut off: pts of a packet is that of the first sample it gives, see opus_encoder.h.
//
// Conceal() takes the copy in `next` where it has one (in-band FEC covers one packet) and makes
// up the rest, at most 120 ms of a loss: libopus fades to silence by then.
//
// Decode(): kDecodeFailed for a packet that is malformed or holds more than 120 ms; the decoder
// goes on with the next. Configure(): kCodecUnavailable (not Opus), kCodecOpen.
Result<std::unique_ptr<AudioDecoder>> OpenOpusDecoder();

}  // namespace onair::codec
