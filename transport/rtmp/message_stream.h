// SPDX-License-Identifier: Apache-2.0
//
// What both ends share above chunks: control messages, acknowledgements, pings.
#pragma once

#include <cstdint>
#include <optional>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "transport/rtmp/chunk_reader.h"
#include "transport/rtmp/chunk_writer.h"
#include "transport/rtmp/message.h"

namespace onair::rtmp {

// Chunk streams this side writes on; the same numbers as FFmpeg. Audio and video have their
// own, so that their headers compress.
inline constexpr std::uint32_t kControlLane = 2;
inline constexpr std::uint32_t kCommandLane = 3;
inline constexpr std::uint32_t kAudioLane = 4;
inline constexpr std::uint32_t kDataLane = 5;
inline constexpr std::uint32_t kVideoLane = 6;
inline constexpr std::uint32_t kStreamLane = 8;  // publish, play, onStatus.

// Bytes a side may have unacknowledged. Source: librtmp, the value all servers see.
inline constexpr std::uint32_t kWindowBytes = 2'500'000;

// Single-owner. Begins behind the handshake.
class MessageStream {
 public:
  // `received_bytes`: where the count for acknowledgements begins.
  explicit MessageStream(std::uint64_t received_bytes = 0);

  // Takes bytes off `in` up to the next message that is the owner's: commands, data, media,
  // user events other than pings. Empty: all of `in` was taken.
  // Answers control messages on the way; what that sends depends on byte positions only, so
  // the cut of the input does not show. kRtmpProtocol: broken for good.
  [[nodiscard]] Result<std::optional<Message>> Next(ByteView& in);

  void SendChunkSize(std::uint32_t bytes);
  void SendWindowAckSize(std::uint32_t bytes);
  void SendPeerBandwidth(std::uint32_t bytes);  // Limit type dynamic.
  void SendUserEvent(UserEvent event, std::uint32_t value);
  void SendBufferLength(std::uint32_t stream_id, std::uint32_t length_ms);
  void SendCommand(const Lane& lane, ByteView body);
  void Send(const Lane& lane, MessageType type, std::uint32_t timestamp_ms, ByteView head,
            ByteView body);

  // Everything sent and not yet taken by the driver.
  Bytes& outbox() { return outbox_; }

  // Of what is received; from the next message on.
  void set_limits(const MessageLimits& limits) { reader_.set_limits(limits); }

  // Received bytes of unfinished messages.
  std::size_t pending() const { return reader_.pending(); }

  std::uint64_t received_bytes() const { return received_; }
  // How much of what was sent the peer says it has; follows the wrap of the 32-bit counter.
  std::uint64_t acknowledged_bytes() const { return acknowledged_; }

 private:
  Result<bool> HandleControl(const Message& message);
  Status HandleUserControl(const Message& message, bool& is_handled);
  void SendControl(MessageType type, ByteView body);
  void SetWindow(std::uint32_t window_bytes);

  ChunkReader reader_;
  ChunkWriter writer_;
  Bytes outbox_;
  std::uint64_t received_;
  std::uint64_t acknowledge_every_ = kWindowBytes / 2;
  std::uint64_t acknowledge_at_;
  std::uint64_t acknowledged_ = 0;
  std::uint32_t announced_window_ = 0;
};

}  // namespace onair::rtmp
