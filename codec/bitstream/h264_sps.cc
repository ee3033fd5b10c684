// SPDX-License-Identifier: Apache-2.0
#include "codec/bitstream/h264_sps.h"

#include <algorithm>

#include "codec/bitstream/bit_reader.h"
#include "codec/bitstream/nal.h"

namespace onair::codec {
namespace {

constexpr int kBaseline = 66;
constexpr std::uint32_t kExtendedSar = 255;  // H.264 table E-1.

// Profiles whose SPS carries the chroma fields: H.264 section 7.3.2.1.1.
bool HasChromaFields(int profile) {
  for (const int known : {100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135}) {
    if (profile == known) return true;
  }
  return false;
}

void SkipScalingList(BitReader& bits, int entries) {
  int last = 8;
  int next = 8;
  for (int i = 0; i < entries && bits.ok(); ++i) {
    if (next != 0) next = static_cast<int>((last + std::int64_t{bits.Se()} + 256) & 0xff);
    if (next != 0) last = next;
  }
}

void ReadChromaFields(BitReader& bits, H264Sps& sps) {
  sps.chroma_format_idc = static_cast<int>(std::min(bits.Ue(), 4U));
  if (sps.chroma_format_idc == 3) bits.Skip(1);  // separate_colour_plane_flag
  sps.luma_bits = 8 + static_cast<int>(std::min(bits.Ue(), 16U));
  sps.chroma_bits = 8 + static_cast<int>(std::min(bits.Ue(), 16U));
  bits.Skip(1);  // qpprime_y_zero_transform_bypass_flag
  if (!bits.Flag()) return;
  const int lists = sps.chroma_format_idc == 3 ? 12 : 8;
  for (int i = 0; i < lists && bits.ok(); ++i) {
    if (bits.Flag()) SkipScalingList(bits, i < 6 ? 16 : 64);
  }
}

void ReadOrderCount(BitReader& bits, H264Sps& sps) {
  sps.pic_order_cnt_type = static_cast<int>(std::min(bits.Ue(), 3U));
  if (sps.pic_order_cnt_type == 0) {
    bits.Ue();  // log2_max_pic_order_cnt_lsb_minus4
  } else if (sps.pic_order_cnt_type == 1) {
    bits.Skip(1);
    bits.Se();
    bits.Se();
    const std::uint32_t cycle = bits.Ue();  // Bounded by ok(): each entry takes a bit.
    for (std::uint32_t i = 0; i < cycle && bits.ok(); ++i) bits.Se();
  }
}

void SkipHrd(BitReader& bits) {
  const std::uint32_t schedules = bits.Ue() + 1;
  bits.Skip(8);
  for (std::uint32_t i = 0; i < schedules && bits.ok(); ++i) {
    bits.Ue();
    bits.Ue();
    bits.Skip(1);
  }
  bits.Skip(20);
}

void ReadTiming(BitReader& bits, H264Sps& sps) {
  const std::uint32_t units = bits.Bits(32);
  const std::uint32_t scale = bits.Bits(32);
  bits.Skip(1);  // fixed_frame_rate_flag
  if (!bits.ok() || units == 0) return;
  const double rate = static_cast<double>(scale) / (2.0 * units);
  // Encoders with a microsecond time base write it here; that is no frame rate.
  if (rate <= 1000) sps.frame_rate = rate;
}

void ReadRestriction(BitReader& bits, H264Sps& sps) {
  bits.Skip(1);
  for (int i = 0; i < 4; ++i) bits.Ue();
  const std::uint32_t reorder = bits.Ue();
  const std::uint32_t buffering = bits.Ue();
  if (!bits.ok() || reorder > 16 || buffering > 16) return;
  sps.max_reorder_pictures = static_cast<int>(reorder);
  sps.max_dpb_pictures = static_cast<int>(buffering);
}

// H.264 section E.1.1. A VUI that is cut short keeps what came before the cut: encoders with
// a broken tail are common and the picture does not depend on it.
void ReadVui(BitReader& bits, H264Sps& sps) {
  if (bits.Flag() && bits.Bits(8) == kExtendedSar) bits.Skip(32);
  if (bits.Flag()) bits.Skip(1);  // overscan
  if (bits.Flag()) {              // video_signal_type
    bits.Skip(3);
    sps.is_full_range = bits.Flag();
    if (bits.Flag()) bits.Skip(24);
  }
  if (bits.Flag()) {  // chroma_loc_info
    bits.Ue();
    bits.Ue();
  }
  if (bits.Flag()) ReadTiming(bits, sps);
  const bool has_nal_hrd = bits.Flag();
  if (has_nal_hrd) SkipHrd(bits);
  const bool has_vcl_hrd = bits.Flag();
  if (has_vcl_hrd) SkipHrd(bits);
  if (has_nal_hrd || has_vcl_hrd) bits.Skip(1);
  bits.Skip(1);  // pic_struct_present_flag
  if (bits.Flag()) ReadRestriction(bits, sps);
}

// H.264 section 7.4.2.1.1, equations 7-18 to 7-21. False when a side is out of range.
bool ReadSize(BitReader& bits, H264Sps& sps) {
  const std::int64_t width_mbs = std::int64_t{bits.Ue()} + 1;
  const std::int64_t map_units = std::int64_t{bits.Ue()} + 1;
  sps.is_frame_only = bits.Flag();
  if (!sps.is_frame_only) bits.Skip(1);
  bits.Skip(1);  // direct_8x8_inference_flag
  const std::int64_t field = sps.is_frame_only ? 1 : 2;
  const std::int64_t width = width_mbs * 16;
  const std::int64_t height = map_units * 16 * field;

  std::int64_t crop[4] = {0, 0, 0, 0};  // left right top bottom
  if (bits.Flag()) {
    for (auto& side : crop) side = bits.Ue();
  }
  const std::int64_t unit_x = sps.chroma_format_idc == 1 || sps.chroma_format_idc == 2 ? 2 : 1;
  const std::int64_t unit_y = (sps.chroma_format_idc == 1 ? 2 : 1) * field;
  const std::int64_t shown_width = width - unit_x * (crop[0] + crop[1]);
  const std::int64_t shown_height = height - unit_y * (crop[2] + crop[3]);
  const auto is_side = [](std::int64_t side) { return side >= 1 && side <= kMaxPictureSide; };
  if (!is_side(width) || !is_side(height) || !is_side(shown_width) || !is_side(shown_height)) {
    return false;
  }
  sps.coded_size = {static_cast<int>(width), static_cast<int>(height)};
  sps.size = {static_cast<int>(shown_width), static_cast<int>(shown_height)};
  return true;
}

}  // namespace

std::optional<int> H264Sps::reorder_depth() const {
  if (max_reorder_pictures) return max_reorder_pictures;
  // H.264 section 8.2.1.3: with type 2 output order is decoding order. Baseline has no B
  // slices, and no encoder reorders P.
  if (pic_order_cnt_type == 2 || profile_idc == kBaseline) return 0;
  return std::nullopt;
}

Result<H264Sps> ParseH264Sps(ByteView nal) {
  if (NalType(nal, VideoCodec::kH264) != static_cast<int>(H264NalType::kSps)) {
    return Fail(ErrorCode::kBitstream, "not an SPS");
  }
  // Parameter sets above this are no parameter sets; it bounds the copy.
  constexpr std::size_t kMaxSpsBytes = 4096;
  const Bytes rbsp = RemoveEmulationPrevention(nal.first(std::min(nal.size(), kMaxSpsBytes)));
  BitReader bits(ByteView(rbsp).subspan(1));

  H264Sps sps;
  sps.profile_idc = static_cast<int>(bits.Bits(8));
  sps.constraint_flags = static_cast<std::uint8_t>(bits.Bits(8));
  sps.level_idc = static_cast<int>(bits.Bits(8));
  const std::uint32_t id = bits.Ue();
  if (HasChromaFields(sps.profile_idc)) ReadChromaFields(bits, sps);
  bits.Ue();  // log2_max_frame_num_minus4
  ReadOrderCount(bits, sps);
  const std::uint32_t references = bits.Ue();
  bits.Skip(1);  // gaps_in_frame_num_value_allowed_flag
  const bool is_size_sane = ReadSize(bits, sps);
  const bool has_vui = bits.Flag();
  if (!bits.ok()) return Fail(ErrorCode::kBitstream, "SPS is cut short");
  if (!is_size_sane) return Fail(ErrorCode::kBitstream, "SPS picture size is out of range");
  if (id > 31 || references > 16 || sps.chroma_format_idc > 3 || sps.pic_order_cnt_type > 2 ||
      sps.luma_bits > 14 || sps.chroma_bits > 14) {
    return Fail(ErrorCode::kBitstream, "SPS field is out of range");
  }
  sps.id = static_cast<int>(id);
  sps.max_references = static_cast<int>(references);
  if (has_vui) ReadVui(bits, sps);
  return sps;
}

Result<H264Pps> ParseH264Pps(ByteView nal) {
  if (NalType(nal, VideoCodec::kH264) != static_cast<int>(H264NalType::kPps)) {
    return Fail(ErrorCode::kBitstream, "not a PPS");
  }
  // The fields we read end within 2 * 63 + 1 bits.
  const Bytes rbsp = RemoveEmulationPrevention(nal.first(std::min<std::size_t>(nal.size(), 32)));
  BitReader bits(ByteView(rbsp).subspan(1));
  const std::uint32_t id = bits.Ue();
  const std::uint32_t sps_id = bits.Ue();
  const bool is_cabac = bits.Flag();
  if (!bits.ok()) return Fail(ErrorCode::kBitstream, "PPS is cut short");
  if (id > 255 || sps_id > 31) return Fail(ErrorCode::kBitstream, "PPS id is out of range");
  return H264Pps{static_cast<int>(id), static_cast<int>(sps_id), is_cabac};
}

}  // namespace onair::codec
