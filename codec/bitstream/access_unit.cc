// SPDX-License-Identifier: Apache-2.0
#include "codec/bitstream/access_unit.h"

#include "codec/bitstream/nal.h"

namespace onair::codec {
namespace {

constexpr std::uint8_t kForbiddenBit = 0x80;

bool IsKeySlice(int type, VideoCodec codec) {
  if (codec == VideoCodec::kH264) return type == static_cast<int>(H264NalType::kIdrSlice);
  return type >= 16 && type <= 23;  // H.265 section 3.73: IRAP, BLA_W_LP to RSV_IRAP_VCL23.
}

bool IsReferenceSlice(ByteView nal, int type, VideoCodec codec) {
  if (codec == VideoCodec::kH264) return ((nal[0] >> 5) & 3) != 0;  // nal_ref_idc
  return type >= 16 || type % 2 != 0;  // H.265 table 7-1: even types below 16 are "_N".
}

}  // namespace

Status ValidateAccessUnit(ByteView access_unit, VideoCodec codec) {
  const auto nals = SplitLengths(access_unit);
  if (!nals) return Forward(nals);
  bool has_slice = false;
  for (const ByteView nal : *nals) {
    if (NalType(nal, codec) < 0) return Fail(ErrorCode::kBitstream, "NAL header is cut short");
    if ((nal[0] & kForbiddenBit) != 0) return Fail(ErrorCode::kBitstream, "forbidden_zero_bit");
    has_slice = has_slice || IsSlice(nal, codec);
  }
  if (!has_slice) return Fail(ErrorCode::kBitstream, "access unit without a slice");
  return {};
}

FrameKind KindOf(ByteView access_unit, VideoCodec codec) {
  const auto nals = SplitLengths(access_unit);
  if (!nals) return FrameKind::kReference;
  bool has_slice = false;
  bool is_reference = false;
  for (const ByteView nal : *nals) {
    if (!IsSlice(nal, codec)) continue;
    const int type = NalType(nal, codec);
    if (IsKeySlice(type, codec)) return FrameKind::kKey;
    has_slice = true;
    is_reference = is_reference || IsReferenceSlice(nal, type, codec);
  }
  return has_slice && !is_reference ? FrameKind::kDroppable : FrameKind::kReference;
}

}  // namespace onair::codec
