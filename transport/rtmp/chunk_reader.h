// SPDX-License-Identifier: Apache-2.0
//
// Receiving chunks in any cut of the bytes (Adobe RTMP 1.0 section 5.3).
//
//   |fmt 2|csid 6|         2..63; 0: one more byte, 64..319; 1: two more, 64..65599 (low first)
//   fmt 0  |timestamp 24|length 24|type 8|stream id 32, low first|
//   fmt 1  |delta 24    |length 24|type 8|
//   fmt 2  |delta 24    |
//   fmt 3  nothing
//   then   |extended timestamp 32| when the 24 bits are 0xffffff, and again on every fmt 3
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

#include "core/base/bytes.h"
#include "core/base/result.h"
#include "transport/rtmp/message.h"

namespace onair::rtmp {

// Single-owner. Obeys Set Chunk Size and Abort by itself (and hands them on). Holds at most
// MessageLimits::pending bytes of unfinished messages.
class ChunkReader {
 public:
  // Chunk streams one peer may use; real ones use fewer than ten.
  static constexpr std::size_t kMaxChunkStreams = 32;

  // Takes bytes off the front of `in` up to the end of the next message. Empty: all of `in`
  // was taken and the message is unfinished. kRtmpProtocol: the stream is broken for good.
  [[nodiscard]] Result<std::optional<Message>> Next(ByteView& in);

  std::uint32_t chunk_size() const { return chunk_size_; }
  // Bytes of unfinished messages.
  std::size_t pending() const { return pending_; }

  // From the next header on.
  void set_limits(const MessageLimits& limits) { limits_ = limits; }

 private:
  struct ChunkStream {
    std::uint8_t type = 0;
    std::uint32_t stream_id = 0;
    std::uint32_t length = 0;
    std::uint32_t timestamp_ms = 0;
    std::uint32_t field_ms = 0;  // The last timestamp or delta, extended or not.
    bool has_extended = false;
    bool is_started = false;  // A message is unfinished.
    Bytes payload;
  };
  // What is known of a chunk's header from the bytes so far.
  struct Header {
    std::uint8_t format = 0;
    std::uint32_t chunk_stream_id = 0;
    std::size_t basic_size = 0;
    std::size_t fixed_size = 0;  // Basic and message header.
  };

  std::optional<Header> ParseHeader() const;
  Result<bool> BeginChunk();
  Status ApplyHeader(const Header& header, ChunkStream& stream);
  std::optional<std::size_t> ExtendedSize(const Header& header, const ChunkStream& stream) const;
  Result<std::optional<Message>> Continue(ByteView& in);
  Result<std::optional<Message>> Finish(ChunkStream& stream);
  Status Obey(const Message& message);

  std::map<std::uint32_t, ChunkStream> streams_;
  ChunkStream* current_ = nullptr;  // Whose payload comes next; null between chunks.
  std::size_t chunk_left_ = 0;
  Bytes head_;  // Of the present header.
  std::uint32_t chunk_size_ = kDefaultChunkSize;
  std::size_t pending_ = 0;
  MessageLimits limits_;
  std::optional<Error> broken_;
};

}  // namespace onair::rtmp
