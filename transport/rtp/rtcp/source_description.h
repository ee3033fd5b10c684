// SPDX-License-Identifier: Apache-2.0
//
// Who a stream belongs to (SDES, RFC 3550 section 6.5), and that it ended (BYE, section 6.6).
//
//   |V=2|P|    SC   |  PT=SDES=202  |             length            |
//   |                          SSRC/CSRC                            |  chunk, SC times
//   |  CNAME=1      |     length    | user and domain name, no zero |
//   |  ... up to a zero byte, and zeros to the next word            |
//
//   |V=2|P|    SC   |   PT=BYE=203  |             length            |
//   |                           SSRC/CSRC, SC times                 |
//   |     length    |               reason for leaving              |  may be absent
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "transport/rtp/rtcp/block.h"

namespace onair::rtp::rtcp {

struct CanonicalName {
  std::uint32_t ssrc = 0;
  std::string_view name;  // Borrowed.
};

// The first CNAME of the block; nothing where there is none or a length lies.
std::optional<CanonicalName> ReadCanonicalName(const Block& block);

// Of `name` the first 255 bytes are taken. False: did not fit, nothing was written.
bool WriteCanonicalName(const CanonicalName& name, SpanWriter& out);

// The sources that left. Borrowed.
struct Bye {
  ByteView ssrcs;  // Four bytes each.

  std::size_t size() const { return ssrcs.size() / 4; }
  std::uint32_t operator[](std::size_t index) const {
    return ByteReader(ssrcs.subspan(index * 4, 4)).U32();
  }
};

std::optional<Bye> ReadBye(const Block& block);
bool WriteBye(std::uint32_t ssrc, SpanWriter& out);

}  // namespace onair::rtp::rtcp
