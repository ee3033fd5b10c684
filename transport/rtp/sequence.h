// SPDX-License-Identifier: Apache-2.0
//
// Numbers that wrap at 16 bits: sequence numbers of packets and of the transport.
#pragma once

#include <cstdint>
#include <optional>

namespace onair::rtp {

// How far `to` lies behind `from` on the circle, the shorter way: [-32768, 32767].
constexpr int SequenceDistance(std::uint16_t from, std::uint16_t to) {
  return static_cast<std::int16_t>(static_cast<std::uint16_t>(to - from));
}

// RFC 1982: `a` was counted after `b`.
constexpr bool IsNewerSequence(std::uint16_t a, std::uint16_t b) {
  return SequenceDistance(b, a) > 0;
}

// Straightens the circle: each number is taken for the one nearest to the newest so far. The first
// lies in the second turn, so that earlier ones that come late are not negative.
class SequenceUnwrapper {
 public:
  std::int64_t Unwrap(std::uint16_t sequence) {
    const std::int64_t at = Peek(sequence);
    if (!newest_ || at > *newest_) newest_ = at;
    return at;
  }
  // The same without remembering: for numbers that a peer may have made up.
  std::int64_t Peek(std::uint16_t sequence) const {
    if (!newest_) return 0x10000 + sequence;
    return *newest_ + SequenceDistance(static_cast<std::uint16_t>(*newest_), sequence);
  }
  // Goes on from `number`, the newest now.
  void StartAt(std::int64_t number) { newest_ = number; }
  std::optional<std::int64_t> newest() const { return newest_; }

 private:
  std::optional<std::int64_t> newest_;
};

}  // namespace onair::rtp
