// SPDX-License-Identifier: Apache-2.0
//
// HEVCDecoderConfigurationRecord ("hvcC"), ISO/IEC 14496-15 section 8.3.3.1.
#pragma once

#include <cstddef>
#include <vector>

#include "codec/bitstream/h265_sps.h"
#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/media/encoded_frame.h"

namespace onair::codec {

struct HevcConfig {
  H265Profile profile;
  std::size_t length_bytes = 4;  // Of the NAL lengths in access units: 1, 2 or 4.
  std::vector<Bytes> vps;        // Whole NAL units. Some encoders leave the VPS out.
  std::vector<Bytes> sps;        // At least one.
  std::vector<Bytes> pps;        // At least one.
};

// kBitstream: cut short, version not 1, a length size of 3, no SPS or PPS, more than 96 sets,
// or a unit of another type in an array. Arrays of other units and bytes after the last array
// are ignored.
Result<HevcConfig> ParseHevcConfig(ByteView record);

// The record for 4-byte lengths, its sets complete (as the sample entry hvc1 demands).
// kBitstream when a set does not parse.
Result<Bytes> MakeHevcConfig(ByteView vps, ByteView sps, ByteView pps);

// The track that a record describes: size from its first SPS, frame rate from there or else
// from the VPS; `config` is the record itself.
Result<VideoTrack> TrackFromHevcConfig(Buffer record);

}  // namespace onair::codec
