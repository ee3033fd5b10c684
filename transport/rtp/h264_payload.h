// SPDX-License-Identifier: Apache-2.0
//
// H.264 in RTP, packetization-mode 1 (RFC 6184): the first byte tells what follows.
//
//   1..23  a NAL unit as it is
//   24     STAP-A   | F NRI 24 | size (2) | unit | size (2) | unit ...
//   28     FU-A     | F NRI 28 | S E R type | part of a unit without its header byte
//
// Units are whole NAL units with their header byte.
#pragma once

#include <optional>
#include <span>

#include "transport/rtp/payload_pieces.h"
#include "transport/rtp/span_writer.h"

namespace onair::rtp {

inline constexpr std::size_t kH264NalHeader = 1;
inline constexpr std::size_t kH264AggregateHeader = 1;
inline constexpr std::size_t kH264FragmentHeader = 2;

// Reads one payload piece by piece. Total: after any bytes Next() ends; ok() tells whether all
// were understood. Types of the other modes (25..27, 29) and reserved ones are not.
class H264Pieces {
 public:
  explicit H264Pieces(ByteView payload);

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

// STAP-A of at least one unit, each of 1..65535 bytes.
void WriteH264Aggregate(std::span<const ByteView> units, SpanWriter& out);
// FU-A with the bytes of `range`, which does not hold the header byte nor all of the rest.
void WriteH264Fragment(ByteView unit, NalRange range, SpanWriter& out);

}  // namespace onair::rtp
