// SPDX-License-Identifier: Apache-2.0
//
// AVCDecoderConfigurationRecord ("avcC"), ISO/IEC 14496-15 section 5.3.3.1.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/media/encoded_frame.h"

namespace onair::codec {

struct AvcConfig {
  std::uint8_t profile_idc = 0;
  std::uint8_t constraint_flags = 0;
  std::uint8_t level_idc = 0;
  std::size_t length_bytes = 4;  // Of the NAL lengths in access units: 1, 2 or 4.
  std::vector<Bytes> sps;        // At least one; whole NAL units.
  std::vector<Bytes> pps;        // At least one.
};

// kBitstream: cut short, version not 1, a length size of 3, no SPS or PPS, or a unit of
// another type in their place. Bytes after the parameter sets are ignored.
Result<AvcConfig> ParseAvcConfig(ByteView record);

// The record for 4-byte lengths. kBitstream when `sps` or `pps` does not parse.
Result<Bytes> MakeAvcConfig(ByteView sps, ByteView pps);

// The track that a record describes: size and frame rate from its first SPS, `config` is the
// record itself.
Result<VideoTrack> TrackFromAvcConfig(Buffer record);

}  // namespace onair::codec
