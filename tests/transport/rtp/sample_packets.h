// SPDX-License-Identifier: Apache-2.0
//
// Whole RTP packets of noise for tests of loss recovery.
#pragma once

#include <vector>

#include "core/base/rng.h"
#include "transport/rtp/header_extensions.h"
#include "transport/rtp/packet.h"

namespace onair::rtp::testing {

inline constexpr std::uint32_t kMediaSsrc = 0x11223344;

inline Bytes SamplePacket(std::uint16_t sequence, std::size_t payload, Rng& rng) {
  PacketHeader header;
  header.payload_type = static_cast<std::uint8_t>(96 + rng.Below(3));
  header.marker = rng.Below(2) == 0 ? Marker::kClear : Marker::kSet;
  header.sequence_number = sequence;
  header.timestamp = static_cast<std::uint32_t>(rng.Next());
  header.ssrc = kMediaSsrc;
  Bytes packet(kFixedHeaderBytes + payload);
  WriteHeader(header, {}, packet);
  for (std::size_t i = kFixedHeaderBytes; i < packet.size(); ++i) {
    packet[i] = static_cast<std::uint8_t>(rng.Next());
  }
  return packet;
}

inline std::vector<Bytes> SamplePackets(std::uint16_t first, std::size_t count, Rng& rng) {
  std::vector<Bytes> out;
  for (std::size_t i = 0; i < count; ++i) {
    out.push_back(SamplePacket(static_cast<std::uint16_t>(first + i), 1 + rng.Below(1200), rng));
  }
  return out;
}

}  // namespace onair::rtp::testing
