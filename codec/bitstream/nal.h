// SPDX-License-Identifier: Apache-2.0
//
// NAL units and the two ways to lay them out:
//
//   Annex B   00 00 01 | NAL | 00 00 01 | NAL ...        (ITU-T H.264 and H.265 Annex B)
//   lengths   size (4, big-endian) | NAL | size | NAL    (ISO/IEC 14496-15; all of Onair)
//
// Pure functions on any bytes.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/media/encoded_frame.h"

namespace onair::codec {

// More units than this in one access unit is refused.
// Source: ours; a 4096x2304 picture in one slice per macroblock row needs 144.
inline constexpr std::size_t kMaxNals = 1024;

// nal_unit_type: ITU-T H.264 table 7-1.
enum class H264NalType {
  kSlice = 1,
  kPartitionC = 4,
  kIdrSlice = 5,
  kSei = 6,
  kSps = 7,
  kPps = 8,
  kDelimiter = 9,
};

// nal_unit_type: ITU-T H.265 table 7-1.
enum class H265NalType { kLastSlice = 31, kVps = 32, kSps = 33, kPps = 34, kPrefixSei = 39 };

// The type field of a NAL unit; -1 when it is too short to have one.
int NalType(ByteView nal, VideoCodec codec);

// Whether the unit holds coded picture data.
bool IsSlice(ByteView nal, VideoCodec codec);

// The units of `access_unit`, borrowed. kBitstream: a length of 0, one that passes the end,
// or more than kMaxNals units. `length_bytes` is 1, 2 or 4.
Result<std::vector<ByteView>> SplitLengths(ByteView access_unit, std::size_t length_bytes = 4);

// The units between start codes, borrowed, without trailing zero bytes. Bytes before the
// first start code and empty units are ignored; kBitstream above kMaxNals.
Result<std::vector<ByteView>> SplitAnnexB(ByteView stream);

Bytes JoinLengths(std::span<const ByteView> nals);  // 4-byte lengths.
Bytes JoinAnnexB(std::span<const ByteView> nals);   // 4-byte start codes.

Result<Bytes> AnnexBToLengths(ByteView stream);
Result<Bytes> LengthsToAnnexB(ByteView access_unit, std::size_t length_bytes = 4);

// The same unit with 4-byte lengths; for streams whose configuration record says 1 or 2.
Result<Bytes> ToFourByteLengths(ByteView access_unit, std::size_t length_bytes);

// H.264 section 7.4.1.1: removes or inserts emulation_prevention_three_byte.
Bytes RemoveEmulationPrevention(ByteView nal);
Bytes InsertEmulationPrevention(ByteView rbsp);

}  // namespace onair::codec
