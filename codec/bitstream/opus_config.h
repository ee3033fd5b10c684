// SPDX-License-Identifier: Apache-2.0
//
// What a track of Opus says of itself (RFC 7845 section 5.1) and what each packet says of itself
// (RFC 6716 section 3).
#pragma once

#include <cstdint>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/media/encoded_frame.h"

namespace onair::codec {

// Opus counts in this rate whatever was recorded. RFC 6716 section 2.
inline constexpr int kOpusRate = 48'000;

// RFC 6716 section 3.2.5: the most sound that one packet holds.
inline constexpr TimeDelta kMaxOpusPacketSpan = TimeDelta::Millis(120);

// The identification header ("OpusHead") of one or two channels.
struct OpusConfig {
  int channels = 2;         // 1 or 2.
  int pre_skip = 0;         // Samples at 48 kHz that the decoder gives before the first sound.
  int input_rate = 48'000;  // Of what was recorded, Hz; 0 when unknown. Decoding ignores it.
  int gain_q8 = 0;          // To be applied on decoding, in 1/256 dB.
};

// kBitstream: cut short, another magic or a major version above 0. kUnsupported: a channel
// mapping family other than 0, or channels not 1..2.
Result<OpusConfig> ParseOpusConfig(ByteView head);
Bytes MakeOpusConfig(const OpusConfig& config);

// The track of a config.
Result<AudioTrack> TrackFromOpusConfig(Buffer head);

// How much sound a packet holds, by its table-of-contents byte and its count of frames:
// 2.5..120 ms. kBitstream: empty, no frame, or more than 120 ms.
Result<TimeDelta> OpusPacketSpan(ByteView packet);

}  // namespace onair::codec
