// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/h264_payload.h"

#include <algorithm>

namespace onair::rtp {
namespace {

constexpr std::uint8_t kStapA = 24;
constexpr std::uint8_t kFuA = 28;
constexpr std::uint8_t kForbidden = 0x80;
constexpr std::uint8_t kRefIdc = 0x60;
constexpr std::uint8_t kType = 0x1f;
constexpr std::uint8_t kStart = 0x80;
constexpr std::uint8_t kEnd = 0x40;

bool IsUnit(std::uint8_t header) {
  const int type = header & kType;
  return type >= 1 && type < kStapA;
}

}  // namespace

H264Pieces::H264Pieces(ByteView payload) : form_(Form::kDone), rest_(payload) {
  if (payload.empty()) {
    ok_ = false;
  } else if (IsUnit(payload[0])) {
    form_ = Form::kSingle;
  } else if ((payload[0] & kType) == kStapA) {
    form_ = Form::kAggregate;
    rest_ = payload.subspan(kH264AggregateHeader);
    ok_ = !rest_.empty();
  } else if ((payload[0] & kType) == kFuA) {
    form_ = Form::kFragment;
  } else {
    ok_ = false;
  }
}

std::optional<NalPiece> H264Pieces::Next() {
  switch (form_) {
    case Form::kDone:
      return std::nullopt;
    case Form::kSingle:
      form_ = Form::kDone;
      return NalPiece{.header = {rest_[0]}, .bytes = rest_};
    case Form::kAggregate:
      return NextOfAggregate();
    case Form::kFragment:
      form_ = Form::kDone;
      return Fragment();
  }
  return std::nullopt;
}

std::optional<NalPiece> H264Pieces::NextOfAggregate() {
  if (rest_.empty()) return std::nullopt;
  if (rest_.size() < 3) return Refuse();
  const std::size_t size = static_cast<std::size_t>(rest_[0]) << 8 | rest_[1];
  if (size == 0 || size > rest_.size() - 2 || !IsUnit(rest_[2])) return Refuse();
  const NalPiece piece{.header = {rest_[2]}, .bytes = rest_.subspan(2, size)};
  rest_ = rest_.subspan(2 + size);
  return piece;
}

// RFC 6184 section 5.8: both bits set is forbidden, but says clearly what it is.
std::optional<NalPiece> H264Pieces::Fragment() {
  if (rest_.size() <= kH264FragmentHeader) return Refuse();
  const std::uint8_t bits = rest_[1];
  const auto header =
      static_cast<std::uint8_t>((rest_[0] & (kForbidden | kRefIdc)) | (bits & kType));
  if (!IsUnit(header)) return Refuse();
  const bool is_start = (bits & kStart) != 0;
  const bool is_end = (bits & kEnd) != 0;
  NalPiece piece{.header = {header}, .bytes = rest_.subspan(kH264FragmentHeader)};
  if (is_start) {
    piece.header_bytes = kH264NalHeader;
    piece.kind = is_end ? NalPiece::Kind::kWhole : NalPiece::Kind::kFirst;
  } else {
    piece.kind = is_end ? NalPiece::Kind::kLast : NalPiece::Kind::kMiddle;
  }
  return piece;
}

std::optional<NalPiece> H264Pieces::Refuse() {
  form_ = Form::kDone;
  ok_ = false;
  return std::nullopt;
}

// RFC 6184 section 5.7: F is the OR and NRI the highest of all units.
void WriteH264Aggregate(std::span<const ByteView> units, SpanWriter& out) {
  std::uint8_t forbidden = 0;
  std::uint8_t ref_idc = 0;
  for (const ByteView unit : units) {
    forbidden = static_cast<std::uint8_t>(forbidden | (unit[0] & kForbidden));
    ref_idc = std::max(ref_idc, static_cast<std::uint8_t>(unit[0] & kRefIdc));
  }
  out.U8(static_cast<std::uint8_t>(forbidden | ref_idc | kStapA));
  for (const ByteView unit : units) out.U16(static_cast<std::uint16_t>(unit.size())).Append(unit);
}

void WriteH264Fragment(ByteView unit, NalRange range, SpanWriter& out) {
  const std::uint8_t start = range.from == kH264NalHeader ? kStart : 0;
  const std::uint8_t end = range.from + range.count == unit.size() ? kEnd : 0;
  out.U8(static_cast<std::uint8_t>((unit[0] & (kForbidden | kRefIdc)) | kFuA));
  out.U8(static_cast<std::uint8_t>(start | end | (unit[0] & kType)));
  out.Append(unit.subspan(range.from, range.count));
}

}  // namespace onair::rtp
