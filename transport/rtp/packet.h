// SPDX-License-Identifier: Apache-2.0
//
// RTP data packets on the wire (RFC 3550 section 5.1): a view of bytes that came, and a writer of
// headers into memory of the caller's.
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//   |V=2|P|X|  CC   |M|     PT      |       sequence number         |
//   |                           timestamp                           |
//   |                              SSRC                             |
//   |                    CSRC (0 to 15 times 32 bits)               |
//   |   extension's profile         |  length in 32-bit words       |  X = 1
//   |   extension                  ...                              |
//   |   payload   ...               | padding ... | padding's length|  P = 1
//   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "core/base/bytes.h"

namespace onair::rtp {

// Whether a packet is the last of its picture, or the first of a talk spurt.
enum class Marker : std::uint8_t { kClear = 1, kSet = 2 };

// The fields every packet has.
struct PacketHeader {
  std::uint8_t payload_type = 0;  // Range [0, 127].
  Marker marker = Marker::kClear;
  std::uint16_t sequence_number = 0;
  std::uint32_t timestamp = 0;
  std::uint32_t ssrc = 0;

  bool operator==(const PacketHeader&) const = default;
};

// RFC 3550 section 5.3.1: at most one, its form is told by `profile` (header_extensions.h).
struct ExtensionBlock {
  std::uint16_t profile = 0;
  ByteView bytes;  // Whole 32-bit words, without the four bytes in front. Empty: none.
};

// A parsed packet. Borrowed from the bytes it was parsed from.
struct PacketView {
  PacketHeader header;
  ByteView csrcs;  // Four bytes each.
  ExtensionBlock extension;
  ByteView payload;                // Without padding; may be empty.
  std::uint8_t padding_bytes = 0;  // Behind the payload, with the byte that tells their number.
  std::size_t header_bytes = 0;    // In front of the payload: fields, CSRCs, extension.

  bool is_padding_only() const { return payload.empty() && padding_bytes > 0; }
};

inline constexpr std::size_t kFixedHeaderBytes = 12;

// Nothing for bytes that are not a whole RTP packet of version 2: lengths that pass the end,
// padding that is larger than what is there or zero. Any bytes are safe.
std::optional<PacketView> ParsePacket(ByteView bytes);

// The same for a packet whose payload is still encrypted: padding cannot be told and stays in it.
std::optional<PacketView> ParsePacketHead(ByteView bytes);

// Writes the header and the extension's block (padded to whole words by zeros; none when
// `extension.bytes` is empty) at the front of `room` and answers how many bytes that were.
// 0, when they do not fit or the extension passes 65535 words.
std::size_t WriteHeader(const PacketHeader& header, const ExtensionBlock& extension,
                        std::span<std::uint8_t> room);

// RFC 5761 section 4: RTCP takes the packet types [192, 223] where both share a port. Of bytes
// that start with neither's version: neither.
enum class PacketKind : std::uint8_t { kNeither = 1, kRtp = 2, kRtcp = 3 };
PacketKind KindOf(ByteView bytes);

}  // namespace onair::rtp
