// SPDX-License-Identifier: Apache-2.0
#include "codec/bitstream/h265_sps.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "codec/bitstream/bit_reader.h"
#include "codec/bitstream/nal.h"

namespace onair::codec {
namespace {

constexpr std::uint32_t kExtendedSar = 255;  // H.265 table E.1.

// Parameter sets above this are no parameter sets; it bounds the copy.
constexpr std::size_t kMaxSetBytes = 4096;

// H.265 section 7.4.3.2.1: num_short_term_ref_pic_sets and num_long_term_ref_pics_sps.
constexpr std::uint32_t kMaxShortTermSets = 64;
constexpr std::uint32_t kMaxLongTermPictures = 32;

Result<Bytes> SetPayload(ByteView nal, H265NalType type, const char* otherwise) {
  if (NalType(nal, VideoCodec::kH265) != static_cast<int>(type)) {
    return Fail(ErrorCode::kBitstream, otherwise);
  }
  Bytes rbsp = RemoveEmulationPrevention(nal.first(std::min(nal.size(), kMaxSetBytes)));
  rbsp.erase(rbsp.begin(), rbsp.begin() + 2);
  return rbsp;
}

// H.265 section 7.3.3. Each layer below the highest may bring 88 bits of profile, 8 of level.
H265Profile ReadProfile(BitReader& bits, int layers) {
  H265Profile profile;
  for (auto& byte : profile.bytes) byte = static_cast<std::uint8_t>(bits.Bits(8));
  if (layers == 1) return profile;
  std::size_t layer_bits = 0;
  for (int i = 1; i < layers; ++i) {
    if (bits.Flag()) layer_bits += 88;
    if (bits.Flag()) layer_bits += 8;
  }
  bits.Skip(static_cast<std::size_t>(9 - layers) * 2 + layer_bits);
  return profile;
}

double RateOf(std::uint32_t units, std::uint32_t scale) {
  if (units == 0) return 0;
  const double rate = static_cast<double>(scale) / units;
  // Encoders with a microsecond time base write it here; that is no frame rate.
  return rate <= 1000 ? rate : 0;
}

// False when a side is out of range. H.265 section 7.4.3.2.1, conf_win_*_offset.
bool ReadSize(BitReader& bits, H265Sps& sps) {
  const std::int64_t width = bits.Ue();
  const std::int64_t height = bits.Ue();
  std::int64_t crop[4] = {0, 0, 0, 0};  // left right top bottom
  if (bits.Flag()) {
    for (auto& side : crop) side = bits.Ue();
  }
  const std::int64_t unit_x = sps.chroma_format_idc == 1 || sps.chroma_format_idc == 2 ? 2 : 1;
  const std::int64_t unit_y = sps.chroma_format_idc == 1 ? 2 : 1;
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

// False when a count is out of range. The last entry read is that of the highest layer.
bool ReadOrdering(BitReader& bits, int layers, int& reorder, int& buffering) {
  const int entries = bits.Flag() ? layers : 1;
  for (int i = 0; i < entries; ++i) {
    const std::uint32_t dpb = bits.Ue();
    const std::uint32_t held = bits.Ue();
    bits.Ue();  // sps_max_latency_increase_plus1
    if (dpb > 15 || held > 15) return false;
    buffering = static_cast<int>(dpb) + 1;
    reorder = static_cast<int>(held);
  }
  return true;
}

// H.265 section 7.3.4.
void SkipScalingLists(BitReader& bits) {
  for (int size = 0; size < 4; ++size) {
    for (int matrix = 0; matrix < 6 && bits.ok(); matrix += size == 3 ? 3 : 1) {
      if (!bits.Flag()) {
        bits.Ue();
        continue;
      }
      if (size > 1) bits.Se();
      const int entries = std::min(64, 1 << (4 + 2 * size));
      for (int i = 0; i < entries && bits.ok(); ++i) bits.Se();
    }
  }
}

// H.265 section 7.3.7, as it stands in an SPS. Gives NumDeltaPocs of set `index`; nullopt when
// it is above what any picture buffer holds.
std::optional<std::uint32_t> ReadShortTermSet(BitReader& bits, std::size_t index,
                                              const std::vector<std::uint32_t>& known) {
  constexpr std::uint32_t kMaxDeltas = 16;
  if (index > 0 && bits.Flag()) {  // inter_ref_pic_set_prediction_flag
    bits.Skip(1);
    bits.Ue();
    std::uint32_t deltas = 0;
    for (std::uint32_t i = 0; i <= known[index - 1] && bits.ok(); ++i) {
      const bool is_used = bits.Flag();
      if (is_used || bits.Flag()) ++deltas;
    }
    return deltas <= kMaxDeltas ? std::optional(deltas) : std::nullopt;
  }
  const std::uint32_t negative = bits.Ue();
  const std::uint32_t positive = bits.Ue();
  if (negative > kMaxDeltas || positive > kMaxDeltas) return std::nullopt;
  for (std::uint32_t i = 0; i < negative + positive && bits.ok(); ++i) {
    bits.Ue();
    bits.Skip(1);
  }
  return negative + positive <= kMaxDeltas ? std::optional(negative + positive) : std::nullopt;
}

bool SkipReferenceSets(BitReader& bits, std::uint32_t poc_bits) {
  const std::uint32_t sets = bits.Ue();
  if (sets > kMaxShortTermSets) return false;
  std::vector<std::uint32_t> deltas;
  for (std::size_t i = 0; i < sets && bits.ok(); ++i) {
    const auto count = ReadShortTermSet(bits, i, deltas);
    if (!count) return false;
    deltas.push_back(*count);
  }
  if (!bits.Flag()) return true;
  const std::uint32_t pictures = bits.Ue();
  if (pictures > kMaxLongTermPictures) return false;
  bits.Skip(std::size_t{pictures} * (poc_bits + 1));
  return true;
}

// H.265 section E.2.1 up to the timing. One that is cut short keeps what came before the cut:
// encoders with a broken tail are common and the picture does not depend on it.
void ReadVui(BitReader& bits, H265Sps& sps) {
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
  bits.Skip(3);  // neutral_chroma_indication, field_seq, frame_field_info_present
  if (bits.Flag()) {
    for (int i = 0; i < 4; ++i) bits.Ue();  // default display window
  }
  if (!bits.Flag()) return;
  const std::uint32_t units = bits.Bits(32);
  const std::uint32_t scale = bits.Bits(32);
  if (bits.ok()) sps.frame_rate = RateOf(units, scale);
}

// The fields between the picture order count and the VUI. False when a count is out of range.
bool SkipCodingTools(BitReader& bits, std::uint32_t poc_bits) {
  for (int i = 0; i < 6; ++i) bits.Ue();  // Block sizes and transform depths.
  if (bits.Flag() && bits.Flag()) SkipScalingLists(bits);
  bits.Skip(2);       // amp_enabled_flag, sample_adaptive_offset_enabled_flag
  if (bits.Flag()) {  // pcm_enabled_flag
    bits.Skip(8);
    bits.Ue();
    bits.Ue();
    bits.Skip(1);
  }
  if (!SkipReferenceSets(bits, poc_bits)) return false;
  bits.Skip(2);  // sps_temporal_mvp_enabled_flag, strong_intra_smoothing_enabled_flag
  return true;
}

// H.265 section 7.3.2.1 from the layer sets on; absent or odd timing is no error.
void ReadVpsTiming(BitReader& bits, H265Vps& vps) {
  constexpr std::uint32_t kMaxLayerSets = 1024;  // H.265 section 7.4.3.1.
  const std::uint32_t highest_layer = bits.Bits(6);
  const std::uint32_t sets = bits.Ue();
  if (sets >= kMaxLayerSets) return;
  bits.Skip(std::size_t{sets} * (highest_layer + 1));
  if (!bits.Flag()) return;
  const std::uint32_t units = bits.Bits(32);
  const std::uint32_t scale = bits.Bits(32);
  if (bits.ok()) vps.frame_rate = RateOf(units, scale);
}

}  // namespace

Result<H265Vps> ParseH265Vps(ByteView nal) {
  const auto rbsp = SetPayload(nal, H265NalType::kVps, "not a VPS");
  if (!rbsp) return Forward(rbsp);
  BitReader bits(*rbsp);
  H265Vps vps;
  vps.id = static_cast<int>(bits.Bits(4));
  bits.Skip(8);  // Base layer flags, vps_max_layers_minus1.
  vps.temporal_layers = static_cast<int>(bits.Bits(3)) + 1;
  bits.Skip(1 + 16);
  vps.profile = ReadProfile(bits, vps.temporal_layers);
  int reorder = 0;
  int buffering = 1;
  const bool is_sane = ReadOrdering(bits, vps.temporal_layers, reorder, buffering);
  if (!bits.ok()) return Fail(ErrorCode::kBitstream, "VPS is cut short");
  if (!is_sane || vps.temporal_layers > 7) {
    return Fail(ErrorCode::kBitstream, "VPS field is out of range");
  }
  ReadVpsTiming(bits, vps);
  return vps;
}

Result<H265Sps> ParseH265Sps(ByteView nal) {
  const auto rbsp = SetPayload(nal, H265NalType::kSps, "not an SPS");
  if (!rbsp) return Forward(rbsp);
  BitReader bits(*rbsp);
  H265Sps sps;
  sps.vps_id = static_cast<int>(bits.Bits(4));
  sps.temporal_layers = static_cast<int>(bits.Bits(3)) + 1;
  sps.is_temporal_nested = bits.Flag();
  sps.profile = ReadProfile(bits, sps.temporal_layers);
  const std::uint32_t id = bits.Ue();
  sps.chroma_format_idc = static_cast<int>(std::min(bits.Ue(), 4U));
  if (sps.chroma_format_idc == 3) bits.Skip(1);  // separate_colour_plane_flag
  const bool is_size_sane = ReadSize(bits, sps);
  sps.luma_bits = 8 + static_cast<int>(std::min(bits.Ue(), 16U));
  sps.chroma_bits = 8 + static_cast<int>(std::min(bits.Ue(), 16U));
  const std::uint32_t poc_bits = bits.Ue() + 4;
  const bool is_ordering_sane =
      ReadOrdering(bits, sps.temporal_layers, sps.reorder_depth, sps.max_dpb_pictures);
  if (!bits.ok()) return Fail(ErrorCode::kBitstream, "SPS is cut short");
  if (!is_size_sane) return Fail(ErrorCode::kBitstream, "SPS picture size is out of range");
  if (id > 15 || sps.temporal_layers > 7 || sps.chroma_format_idc > 3 || sps.luma_bits > 16 ||
      sps.chroma_bits > 16 || poc_bits > 16 || !is_ordering_sane) {
    return Fail(ErrorCode::kBitstream, "SPS field is out of range");
  }
  sps.id = static_cast<int>(id);
  const bool are_tools_sane = SkipCodingTools(bits, poc_bits);
  const bool has_vui = bits.Flag();
  if (!are_tools_sane) return Fail(ErrorCode::kBitstream, "SPS field is out of range");
  if (!bits.ok()) return Fail(ErrorCode::kBitstream, "SPS is cut short");
  if (has_vui) ReadVui(bits, sps);
  return sps;
}

Result<H265Pps> ParseH265Pps(ByteView nal) {
  const auto rbsp = SetPayload(nal, H265NalType::kPps, "not a PPS");
  if (!rbsp) return Forward(rbsp);
  BitReader bits(*rbsp);
  const std::uint32_t id = bits.Ue();
  const std::uint32_t sps_id = bits.Ue();
  if (!bits.ok()) return Fail(ErrorCode::kBitstream, "PPS is cut short");
  if (id > 63 || sps_id > 15) return Fail(ErrorCode::kBitstream, "PPS id is out of range");
  return H265Pps{static_cast<int>(id), static_cast<int>(sps_id)};
}

}  // namespace onair::codec
