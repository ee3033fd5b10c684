// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/h265_payload.h"

#include <algorithm>

namespace onair::rtp {
namespace {

constexpr int kAggregate = 48;
constexpr int kFragment = 49;
constexpr std::uint8_t kStart = 0x80;
constexpr std::uint8_t kEnd = 0x40;
constexpr std::uint8_t kFragmentType = 0x3f;

int TypeOf(std::uint8_t first) {
  return (first >> 1) & 0x3f;
}
std::uint8_t WithType(std::uint8_t first, int type) {
  return static_cast<std::uint8_t>((first & 0x81) | type << 1);
}

// The rest of the header: nuh_layer_id, 6 bits over both bytes, and nuh_temporal_id_plus1.
int LayerOf(ByteView unit) {
  return (unit[0] & 1) << 5 | unit[1] >> 3;
}
int TemporalOf(ByteView unit) {
  return unit[1] & 7;
}

}  // namespace

H265Pieces::H265Pieces(ByteView payload) : form_(Form::kDone), rest_(payload) {
  if (payload.size() < kH265NalHeader) {
    ok_ = false;
    return;
  }
  const int type = TypeOf(payload[0]);
  if (type < kAggregate) {
    form_ = Form::kSingle;
  } else if (type == kAggregate) {
    form_ = Form::kAggregate;
    rest_ = payload.subspan(kH265AggregateHeader);
    ok_ = !rest_.empty();
  } else if (type == kFragment) {
    form_ = Form::kFragment;
  } else {
    ok_ = false;
  }
}

std::optional<NalPiece> H265Pieces::Next() {
  switch (form_) {
    case Form::kDone:
      return std::nullopt;
    case Form::kSingle:
      form_ = Form::kDone;
      return NalPiece{.header = {rest_[0], rest_[1]}, .bytes = rest_};
    case Form::kAggregate:
      return NextOfAggregate();
    case Form::kFragment:
      form_ = Form::kDone;
      return Fragment();
  }
  return std::nullopt;
}

std::optional<NalPiece> H265Pieces::NextOfAggregate() {
  if (rest_.empty()) return std::nullopt;
  if (rest_.size() < 2 + kH265NalHeader) return Refuse();
  const std::size_t size = static_cast<std::size_t>(rest_[0]) << 8 | rest_[1];
  if (size < kH265NalHeader || size > rest_.size() - 2 || TypeOf(rest_[2]) >= kAggregate) {
    return Refuse();
  }
  const NalPiece piece{.header = {rest_[2], rest_[3]}, .bytes = rest_.subspan(2, size)};
  rest_ = rest_.subspan(2 + size);
  return piece;
}

// RFC 7798 section 4.4.3: both bits set is forbidden, but says clearly what it is.
std::optional<NalPiece> H265Pieces::Fragment() {
  if (rest_.size() <= kH265FragmentHeader) return Refuse();
  const std::uint8_t bits = rest_[2];
  const int type = bits & kFragmentType;
  if (type >= kAggregate) return Refuse();
  const bool is_start = (bits & kStart) != 0;
  const bool is_end = (bits & kEnd) != 0;
  NalPiece piece{.header = {WithType(rest_[0], type), rest_[1]},
                 .bytes = rest_.subspan(kH265FragmentHeader)};
  if (is_start) {
    piece.header_bytes = kH265NalHeader;
    piece.kind = is_end ? NalPiece::Kind::kWhole : NalPiece::Kind::kFirst;
  } else {
    piece.kind = is_end ? NalPiece::Kind::kLast : NalPiece::Kind::kMiddle;
  }
  return piece;
}

std::optional<NalPiece> H265Pieces::Refuse() {
  form_ = Form::kDone;
  ok_ = false;
  return std::nullopt;
}

// RFC 7798 section 4.4.2: F is the OR, layer and temporal id are the lowest of all units.
void WriteH265Aggregate(std::span<const ByteView> units, SpanWriter& out) {
  int forbidden = 0;
  int layer = 63;
  int temporal = 7;
  for (const ByteView unit : units) {
    forbidden |= unit[0] & 0x80;
    layer = std::min(layer, LayerOf(unit));
    temporal = std::min(temporal, TemporalOf(unit));
  }
  out.U8(static_cast<std::uint8_t>(forbidden | kAggregate << 1 | layer >> 5));
  out.U8(static_cast<std::uint8_t>((layer & 0x1f) << 3 | temporal));
  for (const ByteView unit : units) out.U16(static_cast<std::uint16_t>(unit.size())).Append(unit);
}

void WriteH265Fragment(ByteView unit, NalRange range, SpanWriter& out) {
  const std::uint8_t start = range.from == kH265NalHeader ? kStart : 0;
  const std::uint8_t end = range.from + range.count == unit.size() ? kEnd : 0;
  out.U8(WithType(unit[0], kFragment)).U8(unit[1]);
  out.U8(static_cast<std::uint8_t>(start | end | TypeOf(unit[0])));
  out.Append(unit.subspan(range.from, range.count));
}

}  // namespace onair::rtp
