// SPDX-License-Identifier: Apache-2.0
//
// Opus in RTP (RFC 7587): a payload is a packet of Opus as it is, at 48 kHz whatever was recorded.
#pragma once

#include <optional>
#include <span>

#include "core/media/encoded_frame.h"
#include "transport/rtp/payload_packetizer.h"

namespace onair::rtp {

// Single-owner.
class OpusPacketizer {
 public:
  // Copies the frame's packet to `room`; nothing when it does not fit or is not Opus. The marker is
  // set where sound begins or goes on after silence that was not sent (RFC 7587 section 4.2).
  std::optional<WrittenPayload> Write(const EncodedFrame& frame, std::span<std::uint8_t> room);

 private:
  std::optional<MediaTime> end_;  // Of the frame before.
};

}  // namespace onair::rtp
