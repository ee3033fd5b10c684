// SPDX-License-Identifier: Apache-2.0
//
// H.265 in RTP in one stream in decoding order (RFC 7798, SRST without DONL): the type in the
// two-byte header tells what follows.
//
//   0..47  a NAL unit as it is
//   48     AP   | header (2) | size (2) | unit | size (2) | unit ...
//   49     FU   | header (2) | S E type | part of a unit without its header
#pragma once

#include <optional>
#include <span>

#include "transport/rtp/payload_pieces.h"
#include "transport/rtp/span_writer.h"

namespace onair::rtp {

inline constexpr std::size_t kH265NalHeader = 2;
inline constexpr std::size_t kH265AggregateHeader = 2;
inline constexpr std::size_t kH265FragmentHeader = 3;

// As H264Pieces. PACI (50) and reserved types are not understood.
class H265Pieces {
 public:
  explicit H265Pieces(ByteView payload);

  std::optional<NalPiece> Next();
  bool ok() const { return ok_; }

 private:
  enum class Form { kSingle, kAggregate, kFragment, kDone };

  std::optional<NalPiece> NextOfAggregate();
  std::optional<NalPiece> Fragment();
  std::optional<NalPiece> Refuse();

  Form form_;
  ByteView rest_;
  bool ok_ = true;
};

// AP of at least one unit, each of 2..65535 bytes.
void WriteH265Aggregate(std::span<const ByteView> units, SpanWriter& out);
// FU with the bytes of `range`, which holds neither header byte nor all of the rest.
void WriteH265Fragment(ByteView unit, NalRange range, SpanWriter& out);

}  // namespace onair::rtp
