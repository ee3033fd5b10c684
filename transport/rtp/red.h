// SPDX-License-Identifier: Apache-2.0
//
// Redundant audio (RFC 2198): a packet repeats what the ones before it carried.
//
//   |1| PT (7) | timestamp offset (14) | length (10) |   for each block but the last, oldest first
//   |0| PT (7) |                                         the last: the packet's own
//   data of each block, in the same order
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "core/base/bytes.h"

namespace onair::rtp {

// Blocks of one packet; more is refused.
// Source: ours; libwebrtc sends two, a talk over 60 % loss would want nine.
inline constexpr std::size_t kMaxRedBlocks = 16;

struct RedBlock {
  std::uint8_t payload_type = 0;
  std::uint32_t timestamp = 0;
  bool is_own = false;  // The packet's own, not a repetition.
  ByteView bytes;       // Borrowed; empty where the sender had nothing to repeat.
};

// The blocks of a payload, oldest first.
class RedReader {
 public:
  RedReader(ByteView payload, std::uint32_t timestamp);

  // Nothing at the end. When the payload does not fit together there is no block at all.
  std::optional<RedBlock> Next();
  bool ok() const { return ok_; }

 private:
  std::array<RedBlock, kMaxRedBlocks> blocks_{};
  std::size_t count_ = 0;
  std::size_t next_ = 0;
  bool ok_ = false;
};

// Single-owner; allocates nothing.
class RedWriter {
 public:
  static constexpr std::size_t kMaxDepth = 4;

  // Each packet repeats the `depth` ones before it, [0, kMaxDepth], as far as it may:
  // a repetition holds at most 1023 bytes and lies at most 16383 ticks back.
  RedWriter(std::uint8_t payload_type, std::size_t depth);

  // Writes the payload for `own` (at most kMaxOwnBytes are remembered for repetition) and answers
  // its size; 0 when not even `own` fits. Repetitions that do not fit are left out, the oldest
  // first.
  std::size_t Write(ByteView own, std::uint32_t timestamp, std::span<std::uint8_t> room);

  void SetDepth(std::size_t depth);

 private:
  static constexpr std::size_t kMaxOwnBytes = 1023;
  struct Sent {
    std::uint32_t timestamp = 0;
    std::size_t size = 0;  // 0: nothing.
    std::array<std::uint8_t, kMaxOwnBytes> bytes{};
  };

  std::size_t Repeatable(std::size_t own, std::uint32_t timestamp, std::size_t room) const;
  const Sent& Back(std::size_t age) const { return sent_[(newest_ + kMaxDepth - age) % kMaxDepth]; }
  void Remember(ByteView own, std::uint32_t timestamp);

  std::uint8_t payload_type_;
  std::size_t depth_;
  std::array<Sent, kMaxDepth> sent_{};
  std::size_t newest_ = 0;
};

}  // namespace onair::rtp
