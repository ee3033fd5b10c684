// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/payload_access_unit.h"

#include <array>
#include <utility>

#include "codec/bitstream/avc_config.h"
#include "codec/bitstream/hevc_config.h"
#include "codec/bitstream/nal.h"
#include "transport/rtp/h264_payload.h"
#include "transport/rtp/h265_payload.h"

namespace onair::rtp {
namespace {

constexpr std::size_t kLengthBytes = 4;

// What a unit is, by its first byte.
struct Unit {
  int type = 0;
  bool is_slice = false;
  bool is_key = false;        // Of an IDR or IRAP picture.
  bool is_reference = false;  // Others refer to it.
  bool is_set = false;        // A parameter set.
  bool is_padding = false;    // Delimiters, filler, ends: said by RTP already.
  bool is_opening = false;    // Only in front of a picture's slices.
};

Unit H264Unit(std::uint8_t first) {
  Unit unit{.type = first & 0x1f};
  unit.is_slice = unit.type >= 1 && unit.type <= 5;
  unit.is_key = unit.type == 5;
  unit.is_reference = (first & 0x60) != 0;
  unit.is_set = unit.type == 7 || unit.type == 8;
  unit.is_padding = unit.type >= 9 && unit.type <= 12;  // H.264 table 7-1.
  unit.is_opening = unit.type == 7 || unit.type == 9;
  return unit;
}

Unit H265Unit(std::uint8_t first) {
  Unit unit{.type = (first >> 1) & 0x3f};
  unit.is_slice = unit.type < 32;
  unit.is_key = unit.type >= 16 && unit.type <= 23;
  unit.is_reference = unit.type >= 16 || unit.type % 2 != 0;
  unit.is_set = unit.type >= 32 && unit.type <= 34;
  unit.is_padding = unit.type >= 35 && unit.type <= 38;  // H.265 table 7-1.
  unit.is_opening = unit.type == 32 || unit.type == 33 || unit.type == 35;
  return unit;
}

Unit UnitOf(std::uint8_t first, VideoCodec codec) {
  return codec == VideoCodec::kH264 ? H264Unit(first) : H265Unit(first);
}

template <typename Pieces, typename Use>
bool ForEach(ByteView payload, Use use) {
  Pieces pieces(payload);
  while (const auto piece = pieces.Next()) use(*piece);
  return pieces.ok();
}

template <typename Use>
bool ForEachPiece(ByteView payload, VideoCodec codec, Use use) {
  return codec == VideoCodec::kH264 ? ForEach<H264Pieces>(payload, use)
                                    : ForEach<H265Pieces>(payload, use);
}

// The first bit behind the header is set for both: first_slice_segment_in_pic_flag of H.265, and
// ue(v) of 0, first_mb_in_slice, of H.264.
bool IsFirstSlice(const NalPiece& piece, VideoCodec codec) {
  const std::size_t header = codec == VideoCodec::kH264 ? kH264NalHeader : kH265NalHeader;
  const std::size_t at = header - piece.header_bytes;
  return piece.bytes.size() > at && (piece.bytes[at] & 0x80) != 0;
}

void Append(Bytes& to, ByteView bytes) {
  to.insert(to.end(), bytes.begin(), bytes.end());
}

}  // namespace

void AccessUnitBuilder::Begin(std::size_t expected_bytes) {
  bytes_.clear();
  bytes_.reserve(expected_bytes);
  units_ = 0;
  is_open_ = has_slice_ = has_key_slice_ = has_reference_ = false;
  is_whole_ = true;
  vps_.clear();
  sps_.clear();
  pps_.clear();
}

void AccessUnitBuilder::Add(ByteView payload) {
  const bool is_understood =
      ForEachPiece(payload, codec_, [this](const NalPiece& piece) { AddPiece(piece); });
  is_whole_ = is_whole_ && is_understood;
}

void AccessUnitBuilder::AddPiece(const NalPiece& piece) {
  if (piece.begins() == is_open_) is_whole_ = false;
  if (!is_whole_) return;
  if (piece.begins()) OpenUnit(piece);
  Append(bytes_, piece.bytes);
  if (piece.ends()) CloseUnit();
}

void AccessUnitBuilder::OpenUnit(const NalPiece& piece) {
  unit_at_ = bytes_.size();
  bytes_.resize(unit_at_ + kLengthBytes);
  Append(bytes_, ByteView(piece.header).first(piece.header_bytes));
  is_open_ = true;
}

void AccessUnitBuilder::CloseUnit() {
  is_open_ = false;
  const std::size_t begin = unit_at_ + kLengthBytes;
  const ByteView nal = ByteView(bytes_).subspan(begin);
  const Unit unit = UnitOf(nal[0], codec_);
  if ((nal[0] & 0x80) != 0 || ++units_ > codec::kMaxNals) is_whole_ = false;
  Bytes* const set = unit.is_set ? SetOf(unit.type) : nullptr;
  if (set != nullptr && set->empty()) {
    set->assign(nal.begin(), nal.end());
    return bytes_.resize(unit_at_);
  }
  if (unit.is_padding) return bytes_.resize(unit_at_);
  for (std::size_t i = 0; i < kLengthBytes; ++i) {
    bytes_[unit_at_ + i] = static_cast<std::uint8_t>(nal.size() >> (8 * (kLengthBytes - 1 - i)));
  }
  has_slice_ = has_slice_ || unit.is_slice;
  has_key_slice_ = has_key_slice_ || unit.is_key;
  has_reference_ = has_reference_ || (unit.is_slice && unit.is_reference);
}

Bytes* AccessUnitBuilder::SetOf(int type) {
  if (codec_ == VideoCodec::kH264) return type == 7 ? &sps_ : &pps_;
  const std::array<Bytes*, 3> sets = {&vps_, &sps_, &pps_};
  return sets[static_cast<std::size_t>(type - 32)];
}

FrameKind AccessUnitBuilder::kind() const {
  if (has_key_slice_) return FrameKind::kKey;
  return has_reference_ ? FrameKind::kReference : FrameKind::kDroppable;
}

Bytes AccessUnitBuilder::Take() {
  return std::exchange(bytes_, {});
}

Result<VideoTrack> AccessUnitBuilder::Track() const {
  if (!has_parameter_sets()) return Fail(ErrorCode::kInvalidState, "no parameter sets");
  if (codec_ == VideoCodec::kH264) {
    auto record = codec::MakeAvcConfig(sps_, pps_);
    if (!record) return Forward(record);
    return codec::TrackFromAvcConfig(Buffer::Own(std::move(*record)));
  }
  auto record = codec::MakeHevcConfig(vps_, sps_, pps_);
  if (!record) return Forward(record);
  return codec::TrackFromHevcConfig(Buffer::Own(std::move(*record)));
}

PayloadGlance GlanceAt(ByteView payload, VideoCodec codec) {
  PayloadGlance glance;
  bool is_first = true;
  bool has_slice = false;
  bool has_reference = false;
  ForEachPiece(payload, codec, [&](const NalPiece& piece) {
    const Unit unit = UnitOf(piece.header[0], codec);
    if (is_first && piece.begins()) {
      glance.begins_picture = unit.is_opening;
      glance.begins_key_slice = unit.is_key && IsFirstSlice(piece, codec);
      glance.begins_key = glance.begins_key_slice || (unit.is_set && unit.is_opening);
    }
    is_first = false;
    has_slice = has_slice || unit.is_slice;
    has_reference = has_reference || (unit.is_slice && unit.is_reference);
  });
  glance.is_droppable = has_slice && !has_reference;
  return glance;
}

}  // namespace onair::rtp
