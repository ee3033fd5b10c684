// SPDX-License-Identifier: Apache-2.0
//
// "I need a key frame": picture loss (PLI, RFC 4585 section 6.3.1) and full intra request (FIR,
// RFC 5104 section 4.3.1).
//
//   |V=2|P| FMT=1/4 |  PT=PSFB=206  |             length            |
//   |                  SSRC of packet sender                        |
//   |                  SSRC of media source (FIR: 0)                |
//   |                  SSRC of media source                         |  FIR only, once or more
//   |    Seq nr.    |    Reserved                                   |
#pragma once

#include <cstdint>
#include <optional>

#include "transport/rtp/rtcp/block.h"

namespace onair::rtp::rtcp {

struct PictureLoss {
  std::uint32_t sender_ssrc = 0;
  std::uint32_t media_ssrc = 0;
};

// One request has one number for as long as it is repeated.
struct FullIntraItem {
  std::uint32_t media_ssrc = 0;
  std::uint8_t number = 0;
};

// Borrowed.
struct FullIntraRequest {
  std::uint32_t sender_ssrc = 0;
  ByteView items;  // Eight bytes each.

  std::size_t size() const { return items.size() / 8; }
  FullIntraItem operator[](std::size_t index) const {
    ByteReader in(items.subspan(index * 8, 8));
    const std::uint32_t ssrc = in.U32();
    return {.media_ssrc = ssrc, .number = in.U8()};
  }
};

std::optional<PictureLoss> ReadPictureLoss(const Block& block);
std::optional<FullIntraRequest> ReadFullIntraRequest(const Block& block);

// False: did not fit, nothing was written.
bool WritePictureLoss(const PictureLoss& loss, SpanWriter& out);
bool WriteFullIntraRequest(std::uint32_t sender_ssrc, const FullIntraItem& item, SpanWriter& out);

}  // namespace onair::rtp::rtcp
