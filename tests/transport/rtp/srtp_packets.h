// SPDX-License-Identifier: Apache-2.0
//
// Packets and keys for tests of SRTP.
#pragma once

#include <array>
#include <catch2/catch.hpp>

#include "transport/rtp/packet.h"
#include "transport/rtp/srtp.h"

namespace onair::rtp {

inline SrtpKey KeyOf(SrtpSuite suite) {
  SrtpKey key{.suite = suite};
  for (std::size_t i = 0; i < key.key.size(); ++i)
    key.key[i] = static_cast<std::uint8_t>(7 * i + 1);
  for (std::size_t i = 0; i < SrtpSaltBytes(suite); ++i) {
    key.salt[i] = static_cast<std::uint8_t>(0xa0 + i);
  }
  return key;
}

inline Bytes RtpPacket(std::uint32_t ssrc, std::uint16_t sequence, std::size_t payload) {
  Bytes bytes(kFixedHeaderBytes + payload);
  const std::size_t header = WriteHeader(
      {.payload_type = 96, .sequence_number = sequence, .timestamp = 90'000, .ssrc = ssrc}, {},
      bytes);
  REQUIRE(header == kFixedHeaderBytes);
  for (std::size_t i = header; i < bytes.size(); ++i) bytes[i] = static_cast<std::uint8_t>(i * 31);
  return bytes;
}

// A receiver report of `ssrc` with one block.
inline Bytes RtcpPacket(std::uint32_t ssrc) {
  Bytes bytes{0x81, 201, 0, 7, 0, 0, 0, static_cast<std::uint8_t>(ssrc)};
  bytes.resize(32, 0x5a);
  return bytes;
}

}  // namespace onair::rtp
