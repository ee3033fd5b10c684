// SPDX-License-Identifier: Apache-2.0
//
// What every RTCP packet begins with (RFC 3550 section 6.4), and how several lie in one datagram:
// compound ones and those of reduced size (RFC 5506) are read alike.
//
//    0                   1                   2                   3
//    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
//   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
//   |V=2|P| RC/FMT  |      PT       |  length in 32-bit words - 1   |
//   +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/base/byte_reader.h"
#include "core/base/bytes.h"
#include "transport/rtp/span_writer.h"

namespace onair::rtp::rtcp {

// RFC 3550 section 12.1, RFC 4585 section 6.1, RFC 3611 section 2.
enum class Type : std::uint8_t {
  kSenderReport = 200,
  kReceiverReport = 201,
  kSourceDescription = 202,
  kBye = 203,
  kApplication = 204,
  kTransportFeedback = 205,  // `count` is the feedback's format.
  kPayloadFeedback = 206,    // The same.
  kExtendedReport = 207,
};

// One RTCP packet of a datagram. Borrowed.
struct Block {
  std::uint8_t type = 0;   // A Type, or a number that is none.
  std::uint8_t count = 0;  // Range [0, 31].
  ByteView body;           // Behind the four bytes above, without padding.

  bool is(Type wanted) const { return type == static_cast<std::uint8_t>(wanted); }
  bool is(Type wanted, std::uint8_t format) const { return is(wanted) && count == format; }
};

// Goes through a datagram. Total: stops at the first packet that is not whole.
class BlockReader {
 public:
  explicit BlockReader(ByteView datagram) : in_(datagram) {}

  std::optional<Block> Next();
  // What followed the packets that Next() gave was none.
  bool is_malformed() const { return is_malformed_; }

 private:
  ByteReader in_;
  bool is_malformed_ = false;
};

// Writes the head and, at the end of its life, the length. The body's words are whole.
class BlockWriter {
 public:
  BlockWriter(SpanWriter& out, Type type, std::uint8_t count);
  ~BlockWriter();
  BlockWriter(const BlockWriter&) = delete;
  BlockWriter& operator=(const BlockWriter&) = delete;

  void SetCount(std::uint8_t count);

 private:
  SpanWriter& out_;
  std::size_t at_;
};

// Where a block starts and whether all of it fitted: a datagram takes whole blocks only.
//
//   return WriteWhole(out, [&] { BlockWriter block(out, ...); ... });
template <typename Write>
bool WriteWhole(SpanWriter& out, std::size_t bytes, Write write) {
  if (!out.ok() || out.remaining() < bytes) return false;
  write();
  return out.ok();
}

}  // namespace onair::rtp::rtcp
