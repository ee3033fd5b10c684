// SPDX-License-Identifier: Apache-2.0
//
// AAC-LC by FFmpeg's native encoder, fed through its resampler.
#pragma once

#include <memory>

#include "core/api/codec_ports.h"
#include "core/api/publish_config.h"

namespace onair::codec {

// Single-owner.
//
// pts of a frame is that of the first sample a decoder gives back for it, so sound played at
// its pts is in sync to the sample. AAC needs one priming frame ahead of the first sample
// (1024 samples, 21 ms at 48 kHz): its pts lies before the first block's, and it is left out
// where that would be before media time zero; the first 21 ms then fade in.
//
// Blocks may change sample rate and channel count at any time. Samples are counted, so pts
// jitter within 100 ms does not disturb the line; a jump of more than that, forwards or
// backwards, ends the line (padded with silence to a whole frame) and starts a new one at the
// block's pts. Samples that are not finite become silence.
//
// Encode(): kEncodeFailed for a format outside AudioFormat's ranges or more than 10 s in one
// block. Flush() pads and ends the line; Encode() may follow.
//
// kInvalidConfig, kCodecUnavailable (not AAC), kCodecOpen.
Result<std::unique_ptr<AudioEncoder>> OpenAacEncoder(const AudioConfig& config);

}  // namespace onair::codec
