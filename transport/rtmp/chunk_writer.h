// SPDX-License-Identifier: Apache-2.0
//
// Sending chunks (Adobe RTMP 1.0 section 5.3). Uses short headers only where every reader
// agrees on their meaning.
#pragma once

#include <cstdint>
#include <map>

#include "core/base/bytes.h"
#include "transport/rtmp/message.h"

namespace onair::rtmp {

// Where a message goes.
struct Lane {
  std::uint32_t chunk_stream_id;  // 2..65599.
  std::uint32_t stream_id;
};

// Single-owner.
class ChunkWriter {
 public:
  // From the next message on; the caller sends Set Chunk Size before. 1..65536.
  void set_chunk_size(std::uint32_t bytes) { chunk_size_ = bytes; }
  std::uint32_t chunk_size() const { return chunk_size_; }

  // Appends one message, its payload in two parts that follow each other, to `out`.
  void Write(const Lane& lane, MessageType type, std::uint32_t timestamp_ms, ByteView head,
             ByteView body, Bytes& out);

 private:
  struct Last {
    MessageType type;
    std::uint32_t stream_id;
    std::uint32_t length;
    std::uint32_t timestamp_ms;
    std::uint32_t delta_ms;
    bool was_delta;  // The last header that carried a time carried a delta.
  };
  std::uint8_t ChooseFormat(const Last* last, const Last& next) const;

  std::map<std::uint32_t, Last> last_;  // One entry per chunk stream this side uses.
  std::uint32_t chunk_size_ = kDefaultChunkSize;
};

}  // namespace onair::rtmp
