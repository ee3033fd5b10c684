// SPDX-License-Identifier: Apache-2.0
//
// AudioSpecificConfig (ISO/IEC 14496-3 section 1.6.2.1) and ADTS (section 1.A.2.2).
#pragma once

#include <cstddef>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/media/encoded_frame.h"

namespace onair::codec {

enum class SbrSignal { kNone = 1, kSbr = 2, kSbrAndPs = 3 };

struct AacConfig {
  int object_type = 2;  // Of the core: 2 = AAC-LC.
  AudioFormat core;     // Before SBR and PS; channels 1..8.
  SbrSignal sbr = SbrSignal::kNone;
  AudioFormat output;        // What a full decoder gives.
  int frame_samples = 1024;  // Of the core, per channel: 1024 or 960.
};

// Explicit (hierarchical and backward compatible) SBR and PS signalling is recognised;
// implicit signalling shows only in the data. kBitstream: cut short or reserved values;
// kUnsupported: not a general-audio object, or channels given by a program config element.
Result<AacConfig> ParseAacConfig(ByteView config);

// The two bytes for AAC-LC. kInvalidConfig for a rate without an index or channels not 1..2.
Result<Bytes> MakeAacConfig(AudioFormat format);

// The track of a config; more than two channels come out of our decoder as two.
Result<AudioTrack> TrackFromAacConfig(Buffer config);

struct AdtsFrame {
  AacConfig config;
  ByteView payload;             // The raw access unit, borrowed.
  std::size_t frame_bytes = 0;  // With the header: where the next frame begins.
};

// The frame at the start of `bytes`. kBitstream: no syncword, reserved values, cut short.
// kUnsupported: several raw blocks in one frame.
Result<AdtsFrame> ParseAdts(ByteView bytes);

// The same frame as AudioSpecificConfig bytes.
Result<Bytes> ConfigFromAdts(const AdtsFrame& frame);

}  // namespace onair::codec
