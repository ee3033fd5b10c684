// SPDX-License-Identifier: Apache-2.0
//
// Repair packets: each is the XOR of some media packets, so that any one of them follows from the
// rest. Three layouts of the same thing:
//
//   ULPFEC (RFC 5109)       E L + recovery | SN base | TS | length | protection length | mask 16/48
//   FlexFEC-03 (draft 03)   R F + recovery | length | TS | count | SSRC | SN base | masks 15/46/109
//   FlexFEC (RFC 8627)      R F + recovery | length | TS | SN base | masks 15/46/110, or L and D
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/base/bytes.h"
#include "transport/rtp/span_writer.h"

namespace onair::rtp {

// Packets from SN base on: bit i stands for SN base + i.
inline constexpr std::size_t kMaxFecSpan = 110;
using FecMask = std::bitset<kMaxFecSpan>;

// The XOR of the first eight bytes of the packets' headers and of their lengths behind the fixed
// header.
struct FecHeaderXor {
  std::uint8_t first = 0;   // P, X and CC; the two upper bits are of no use.
  std::uint8_t second = 0;  // M and PT.
  std::uint32_t timestamp = 0;
  std::uint16_t length = 0;

  bool operator==(const FecHeaderXor&) const = default;
};

// A repair packet's payload. Borrowed from it.
struct FecPacket {
  FecHeaderXor header;
  std::optional<std::uint32_t> ssrc = {};  // Of the media, where the payload says it.
  std::uint16_t sn_base = 0;
  FecMask mask;         // Not empty.
  ByteView protection;  // XOR of what is behind the fixed headers.
};

// Nothing for bytes that are cut short, protect nothing or more than kMaxFecSpan packets, or are of
// a kind that cannot be used: several SSRCs, retransmissions. Of ULPFEC the first level only.
std::optional<FecPacket> ParseUlpfec(ByteView payload);
std::optional<FecPacket> ParseFlexFec03(ByteView payload);
std::optional<FecPacket> ParseFlexFec(ByteView payload);

// Longest header of WriteFlexFec03().
inline constexpr std::size_t kMaxFlexFec03Header = 32;

// Header and protection; `packet.ssrc` is set and `mask` has no bit above 108. Nothing is written
// when it does not fit.
void WriteFlexFec03(const FecPacket& packet, SpanWriter& out);

}  // namespace onair::rtp
