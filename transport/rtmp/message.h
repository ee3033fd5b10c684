// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/base/buffer.h"

namespace onair::rtmp {

// Adobe RTMP 1.0 sections 5.4 and 7.1.
enum class MessageType : std::uint8_t {
  kSetChunkSize = 1,
  kAbort = 2,
  kAcknowledgement = 3,
  kUserControl = 4,
  kWindowAckSize = 5,
  kSetPeerBandwidth = 6,
  kAudio = 8,
  kVideo = 9,
  kDataAmf3 = 15,
  kCommandAmf3 = 17,
  kDataAmf0 = 18,
  kCommandAmf0 = 20,
  kAggregate = 22,
};

// Adobe RTMP 1.0 section 7.1.7.
enum class UserEvent : std::uint16_t {
  kStreamBegin = 0,
  kStreamEof = 1,
  kStreamDry = 2,
  kSetBufferLength = 3,
  kStreamIsRecorded = 4,
  kPingRequest = 6,
  kPingResponse = 7,
};

struct Message {
  std::uint8_t type = 0;           // A MessageType, or one this room does not know.
  std::uint32_t stream_id = 0;     // 0: the connection itself.
  std::uint32_t timestamp_ms = 0;  // Low 32 bits.
  Buffer payload;
};

// A larger message is a protocol error; with kMaxPending it bounds what a peer can make this
// side hold. Source: ours; a 4096x4096 key frame at 50 Mbit/s and 1 fps has 6.25 MB.
inline constexpr std::size_t kMaxMessage = 8 * 1024 * 1024;
// All unfinished messages of one connection together.
inline constexpr std::size_t kMaxPending = 16 * 1024 * 1024;

// What a reader takes from its peer.
struct MessageLimits {
  std::size_t message = kMaxMessage;
  std::size_t pending = kMaxPending;
};
// For peers that have yet to earn more: commands and control only. Source: ours; the longest
// real command, a connect with its addresses, has under 4 KiB.
inline constexpr MessageLimits kSmallMessages = {64 * 1024, 64 * 1024};

// Section 5.4: until a Set Chunk Size arrives, per direction.
inline constexpr std::uint32_t kDefaultChunkSize = 128;

}  // namespace onair::rtmp
