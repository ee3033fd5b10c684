// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "codec/bitstream/nal.h"
#include "core/base/byte_reader.h"

// What every reader of supplemental enhancement information begins with. Pure.
namespace onair::codec {

// Those before a picture; H.265's suffix units carry none of ours.
inline bool IsSei(ByteView nal, VideoCodec codec) {
  const int sei = codec == VideoCodec::kH264 ? static_cast<int>(H264NalType::kSei)
                                             : static_cast<int>(H265NalType::kPrefixSei);
  return NalType(nal, codec) == sei;
}

// A message's type or size. H.264 section 7.3.2.3.1: runs of 0xff, then the rest.
inline std::size_t ReadSeiNumber(ByteReader& reader) {
  std::size_t value = 0;
  std::uint8_t byte = 0xff;
  while (byte == 0xff && reader.ok()) value += byte = reader.U8();
  return value;
}

}  // namespace onair::codec
