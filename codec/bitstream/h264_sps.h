// SPDX-License-Identifier: Apache-2.0
//
// What we need to know from H.264 parameter sets (ITU-T H.264 sections 7.3.2.1, 7.3.2.2 and
// E.1.1). Total functions: any bytes give a value or kBitstream.
#pragma once

#include <cstdint>
#include <optional>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "core/media/video_frame.h"

namespace onair::codec {

struct H264Sps {
  int id = 0;  // 0..31.
  int profile_idc = 0;
  std::uint8_t constraint_flags = 0;  // The byte after profile_idc.
  int level_idc = 0;                  // 31 = level 3.1.
  int chroma_format_idc = 1;          // 0 gray, 1 4:2:0, 2 4:2:2, 3 4:4:4.
  int luma_bits = 8;
  int chroma_bits = 8;
  int pic_order_cnt_type = 0;
  int max_references = 0;     // max_num_ref_frames.
  bool is_frame_only = true;  // frame_mbs_only_flag.
  PictureSize coded_size;     // Whole macroblocks.
  PictureSize size;           // After cropping.
  bool is_full_range = false;
  double frame_rate = 0;  // Pictures per second; 0 when absent or above 1000.

  // bitstream_restriction of the VUI, where it is present.
  std::optional<int> max_reorder_pictures;
  std::optional<int> max_dpb_pictures;

  // Pictures a decoder must hold back before showing one; nullopt when the SPS does not say.
  // Then a strict decoder waits for its whole picture buffer.
  std::optional<int> reorder_depth() const;
};

struct H264Pps {
  int id = 0;      // 0..255.
  int sps_id = 0;  // 0..31.
  bool is_cabac = false;
};

// `nal` is the unit with its header byte and with emulation prevention.
// kBitstream: not an SPS, cut short, or a side outside 1..kMaxPictureSide.
Result<H264Sps> ParseH264Sps(ByteView nal);
Result<H264Pps> ParseH264Pps(ByteView nal);

}  // namespace onair::codec
