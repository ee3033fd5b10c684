// SPDX-License-Identifier: Apache-2.0
//
// The sum of media packets that repair packets are made of. Private to the room.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>

#include "core/base/bytes.h"
#include "transport/rtp/fec_packet.h"
#include "transport/rtp/packet.h"

namespace onair::rtp {

// Longest packet that is protected, its fixed header included.
// Source: ours; Ethernet's, and what senders of larger ones do is their own affair.
inline constexpr std::size_t kMaxFecMedia = 1500;

// XOR of whole RTP packets of at most kMaxFecMedia bytes.
class FecXor {
 public:
  void Clear() { *this = FecXor(); }

  // `packet` has kFixedHeaderBytes at least and kMaxFecMedia at most.
  void Add(ByteView packet) {
    header_.first ^= packet[0];
    header_.second ^= packet[1];
    for (std::size_t i = 4; i < 8; ++i) {
      header_.timestamp ^= std::uint32_t{packet[i]} << (8 * (7 - i));
    }
    const ByteView rest = packet.subspan(kFixedHeaderBytes);
    header_.length ^= static_cast<std::uint16_t>(rest.size());
    AddBytes(rest);
  }
  void Add(const FecPacket& repair) {
    header_.first ^= repair.header.first;
    header_.second ^= repair.header.second;
    header_.timestamp ^= repair.header.timestamp;
    header_.length ^= repair.header.length;
    AddBytes(repair.protection.first(std::min(repair.protection.size(), bytes_.size())));
  }

  const FecHeaderXor& header() const { return header_; }
  ByteView bytes() const { return ByteView(bytes_).first(size_); }

 private:
  void AddBytes(ByteView bytes) {
    // By words: at -O2 compilers leave a loop over bytes as it is.
    std::size_t i = 0;
    for (std::uint64_t sum = 0, word = 0; i + sizeof(word) <= bytes.size(); i += sizeof(word)) {
      std::memcpy(&sum, bytes_.data() + i, sizeof(sum));
      std::memcpy(&word, bytes.data() + i, sizeof(word));
      sum ^= word;
      std::memcpy(bytes_.data() + i, &sum, sizeof(sum));
    }
    for (; i < bytes.size(); ++i) bytes_[i] ^= bytes[i];
    size_ = std::max(size_, bytes.size());
  }

  FecHeaderXor header_;
  std::array<std::uint8_t, kMaxFecMedia - kFixedHeaderBytes> bytes_{};
  std::size_t size_ = 0;
};

}  // namespace onair::rtp
