// SPDX-License-Identifier: Apache-2.0
//
// What we need to know from H.265 parameter sets (ITU-T H.265 sections 7.3.2.1 to 7.3.2.3 and
// E.2.1). Total functions: any bytes give a value or kBitstream.
#pragma once

#include <array>
#include <cstdint>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/media/video_frame.h"

namespace onair::codec {

enum class H265Tier { kMain = 1, kHigh = 2 };

// The general part of profile_tier_level(), H.265 section 7.3.3.
struct H265Profile {
  // As on the wire, for hvcC: profile space, tier and idc (1), compatibility flags (4),
  // constraint flags (6), level (1).
  std::array<std::uint8_t, 12> bytes{};

  int profile_idc() const { return bytes[0] & 0x1f; }  // 1 Main, 2 Main 10.
  H265Tier tier() const { return (bytes[0] & 0x20) != 0 ? H265Tier::kHigh : H265Tier::kMain; }
  int level_idc() const { return bytes[11]; }  // 93 = level 3.1.
};

struct H265Vps {
  int id = 0;               // 0..15.
  int temporal_layers = 1;  // 1..7.
  H265Profile profile;
  double frame_rate = 0;  // Pictures per second; 0 when absent or above 1000.
};

struct H265Sps {
  int id = 0;      // 0..15.
  int vps_id = 0;  // 0..15.
  int temporal_layers = 1;
  bool is_temporal_nested = false;
  H265Profile profile;
  int chroma_format_idc = 1;  // 0 gray, 1 4:2:0, 2 4:2:2, 3 4:4:4.
  int luma_bits = 8;
  int chroma_bits = 8;
  PictureSize coded_size;
  PictureSize size;  // Inside the conformance window.
  bool is_full_range = false;
  double frame_rate = 0;  // Pictures per second; 0 when absent or above 1000.

  // Pictures a decoder must hold back before showing one: sps_max_num_reorder_pics of the
  // highest layer. Range [0, 15].
  int reorder_depth = 0;
  int max_dpb_pictures = 1;  // Range [1, 16].
};

struct H265Pps {
  int id = 0;      // 0..63.
  int sps_id = 0;  // 0..15.
};

// `nal` is the unit with its two header bytes and with emulation prevention.
// kBitstream: another unit, cut short, or a field or picture side out of range.
Result<H265Vps> ParseH265Vps(ByteView nal);
Result<H265Sps> ParseH265Sps(ByteView nal);
Result<H265Pps> ParseH265Pps(ByteView nal);

}  // namespace onair::codec
