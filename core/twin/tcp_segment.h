// SPDX-License-Identifier: Apache-2.0
//
// What our model of TCP puts into a packet. Sizes are those of Linux on IPv4: 20 + 20 bytes
// and 12 of timestamps, 8 for each selective acknowledgement. The fields are our own: 64-bit
// sequence numbers and a checksum that finds every change of one word.
//
//   0       8      16      20     28     36     44      52
//   | check | seq  | ack   |      | sent | echo | ...    blocks, payload
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "core/base/bytes.h"
#include "core/units/time.h"

namespace onair::twin {

// Sequence numbers [begin, end).
struct SeqRange {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

struct TcpSegment {
  enum Flag : std::uint8_t {
    kSyn = 1,
    kAck = 2,
    kFin = 4,
    kReset = 8,
    kProbe = 16,
    kEce = 32,  // RFC 3168 section 6.1: "ECN-Echo", and in a SYN that ECN is wanted.
    kCwr = 64   // "Congestion Window Reduced".
  };
  static constexpr std::size_t kHeaderBytes = 52;
  static constexpr std::size_t kBlockBytes = 8;
  static constexpr std::size_t kMostBlocks = 3;  // RFC 2018 section 3: beside timestamps.

  std::uint8_t flags = 0;
  std::uint64_t seq = 0;
  std::uint64_t ack = 0;
  std::uint32_t window = 0;                     // Bytes past `ack`.
  Timestamp sent_at = Timestamp::Zero();        // RFC 7323 TSval.
  Timestamp echo = Timestamp::MinusInfinity();  // TSecr.
  std::uint8_t block_count = 0;
  std::array<SeqRange, kMostBlocks> blocks{};
  ByteView payload;  // Borrowed.

  bool has(Flag flag) const { return (flags & flag) != 0; }
};

Bytes Encode(const TcpSegment& segment);
// The payload borrows from `packet`. Empty: damaged or not ours.
std::optional<TcpSegment> Decode(ByteView packet);

}  // namespace onair::twin
