// SPDX-License-Identifier: Apache-2.0
//
// Opus by libopus.
#pragma once

#include <memory>

#include "core/api/codec_ports.h"
#include "core/api/publish_config.h"

namespace onair::codec {

// Opus packets cannot be cut on their way, so none may pass what a datagram takes with all its
// headers. At 60 ms that caps the rate at 133 kbit/s, at 20 ms at 400.
// Source: ours; kMaxDatagramBytes less SRTP, extensions and a RED header with room to spare.
inline constexpr int kMaxOpusFrameBytes = 1000;

// Single-owner.
//
// One packet per AudioConfig::opus.frame of sound. pts of a packet is that of the first sample
// a decoder gives for it: OpusHead's pre-skip (6.5 ms) before the first sample that went in. A
// line that begins before that much media time has passed loses its beginning, so that no pts
// is below zero.
//
// Blocks may change sample rate and channel count at any time. Samples are counted, so pts
// jitter within 100 ms does not disturb the line; a jump of more than that ends the line (padded
// with silence to a whole frame) and starts a new one at the block's pts. Samples that are not
// finite become silence.
//
// Apply() sets rate and expected loss from the next frame on. With DTX, frames of silence are
// left out.
//
// Encode(): kEncodeFailed for a format outside AudioFormat's ranges or more than 10 s in one
// block. Flush() pads and ends the line; Encode() may follow.
//
// kInvalidConfig, kCodecUnavailable (not Opus), kCodecOpen.
Result<std::unique_ptr<AudioEncoder>> OpenOpusEncoder(const AudioConfig& config);

}  // namespace onair::codec
