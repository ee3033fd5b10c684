// SPDX-License-Identifier: Apache-2.0
//
// What a receiver thinks that it can take (draft-alvestrand-rmcat-remb-03). Only read: peers that
// know nothing newer send it.
//
//   |V=2|P| FMT=15  |  PT=PSFB=206  |             length            |
//   |                  SSRC of packet sender                        |
//   |                  SSRC of media source (0)                     |
//   |  Unique identifier 'R' 'E' 'M' 'B'                            |
//   |  Num SSRC     | BR Exp    |  BR Mantissa (18 bits)            |
//   |   SSRC feedback, Num SSRC times                               |
#pragma once

#include <cstdint>
#include <optional>

#include "core/units/data.h"
#include "transport/rtp/rtcp/block.h"

namespace onair::rtp::rtcp {

struct ReceiverEstimate {
  std::uint32_t sender_ssrc = 0;
  DataRate rate = DataRate::Zero();  // Of all the streams together. Saturates.
};

std::optional<ReceiverEstimate> ReadReceiverEstimate(const Block& block);

}  // namespace onair::rtp::rtcp
