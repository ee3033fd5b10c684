// SPDX-License-Identifier: Apache-2.0
//
// Which packets are missing (generic NACK, RFC 4585 section 6.2.1).
//
//   |V=2|P| FMT=1   |  PT=RTPFB=205 |             length            |
//   |                  SSRC of packet sender                        |
//   |                  SSRC of media source                         |
//   |            PID                |             BLP               |  once or more
//
// PID: a missing packet; bit i of BLP (from the least): so is PID + i + 1.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "transport/rtp/rtcp/block.h"

namespace onair::rtp::rtcp {

// A request that came. Borrowed.
struct Nack {
  std::uint32_t sender_ssrc = 0;
  std::uint32_t media_ssrc = 0;
  ByteView items;  // Four bytes each.

  // visit(std::uint16_t sequence_number): at most 17 for each four bytes.
  template <typename Visit>
  void ForEach(Visit visit) const {
    ByteReader in(items);
    while (in.remaining() >= 4) {
      std::uint16_t sequence = in.U16();
      visit(sequence);
      for (std::uint32_t rest = in.U16(); rest != 0; rest &= rest - 1) {
        visit(static_cast<std::uint16_t>(sequence + 1 + std::countr_zero(rest)));
      }
    }
  }
};

std::optional<Nack> ReadNack(const Block& block);

// `sequence_numbers` in rising order, as they wrap. Answers how many of them, from the first on,
// the block asks for: all that fit `out`; 0, and nothing was written, where none does.
std::size_t WriteNack(std::uint32_t sender_ssrc, std::uint32_t media_ssrc,
                      std::span<const std::uint16_t> sequence_numbers, SpanWriter& out);

}  // namespace onair::rtp::rtcp
