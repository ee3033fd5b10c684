// SPDX-License-Identifier: Apache-2.0
#include "core/twin/tcp_segment.h"

#include <cstring>

namespace onair::twin {
namespace {

std::uint64_t Mix(std::uint64_t sum, std::uint64_t word) {
  constexpr std::uint64_t kOdd = 0x9e3779b97f4a7c15U;
  sum = (sum ^ word) * kOdd;
  return sum ^ sum >> 32;
}

// Each word goes through bijections of the sum, so one changed word always shows. Four sums side
// by side: one alone waits for each multiplication, and was two fifths of a session's time.
std::uint64_t Checksum(ByteView bytes) {
  // Variables of their own, not an array: that would go through memory.
  std::uint64_t a = 0;
  std::uint64_t b = 0;
  std::uint64_t c = 0;
  std::uint64_t d = bytes.size();
  std::size_t i = 0;
  for (std::uint64_t words[4]; i + sizeof words <= bytes.size(); i += sizeof words) {
    std::memcpy(words, bytes.data() + i, sizeof words);
    a = Mix(a, words[0]);
    b = Mix(b, words[1]);
    c = Mix(c, words[2]);
    d = Mix(d, words[3]);
  }
  std::uint64_t sum = Mix(Mix(Mix(a, b), c), d);
  for (; i < bytes.size(); ++i) sum = Mix(sum, bytes[i]);
  return sum;
}

// Packets never leave this process, so the machine's own byte order serves.
template <typename T>
void Put(Bytes& out, std::size_t at, T value) {
  std::memcpy(out.data() + at, &value, sizeof value);
}
template <typename T>
T Get(ByteView in, std::size_t at) {
  T value;
  std::memcpy(&value, in.data() + at, sizeof value);
  return value;
}

constexpr std::size_t kSeq = 8;
constexpr std::size_t kAck = 16;
constexpr std::size_t kSentAt = 24;
constexpr std::size_t kEcho = 32;
constexpr std::size_t kWindow = 40;
constexpr std::size_t kFlags = 44;
constexpr std::size_t kBlockCount = 45;

}  // namespace

Bytes Encode(const TcpSegment& segment) {
  const std::size_t header =
      TcpSegment::kHeaderBytes + segment.block_count * TcpSegment::kBlockBytes;
  Bytes out;
  out.reserve(header + segment.payload.size());
  out.resize(header);
  out.insert(out.end(), segment.payload.begin(), segment.payload.end());
  Put(out, kSeq, segment.seq);
  Put(out, kAck, segment.ack);
  Put(out, kSentAt, segment.sent_at.us());
  Put(out, kEcho, segment.echo.us());
  Put(out, kWindow, segment.window);
  Put(out, kFlags, segment.flags);
  Put(out, kBlockCount, segment.block_count);
  for (std::size_t i = 0; i < segment.block_count; ++i) {
    const std::size_t at = TcpSegment::kHeaderBytes + i * TcpSegment::kBlockBytes;
    Put(out, at, static_cast<std::uint32_t>(segment.blocks[i].begin - segment.ack));
    Put(out, at + 4, static_cast<std::uint32_t>(segment.blocks[i].end - segment.ack));
  }
  Put(out, 0, Checksum(ByteView(out).subspan(8)));
  return out;
}

std::optional<TcpSegment> Decode(ByteView packet) {
  if (packet.size() < TcpSegment::kHeaderBytes) return std::nullopt;
  if (Get<std::uint64_t>(packet, 0) != Checksum(packet.subspan(8))) return std::nullopt;
  TcpSegment segment;
  segment.seq = Get<std::uint64_t>(packet, kSeq);
  segment.ack = Get<std::uint64_t>(packet, kAck);
  segment.sent_at = Timestamp::Micros(Get<std::int64_t>(packet, kSentAt));
  segment.echo = Timestamp::Micros(Get<std::int64_t>(packet, kEcho));
  segment.window = Get<std::uint32_t>(packet, kWindow);
  segment.flags = packet[kFlags];
  segment.block_count = packet[kBlockCount];
  const std::size_t header =
      TcpSegment::kHeaderBytes + segment.block_count * TcpSegment::kBlockBytes;
  if (segment.block_count > TcpSegment::kMostBlocks || packet.size() < header) return std::nullopt;
  for (std::size_t i = 0; i < segment.block_count; ++i) {
    const std::size_t at = TcpSegment::kHeaderBytes + i * TcpSegment::kBlockBytes;
    segment.blocks[i] = {segment.ack + Get<std::uint32_t>(packet, at),
                         segment.ack + Get<std::uint32_t>(packet, at + 4)};
  }
  segment.payload = packet.subspan(header);
  return segment;
}

}  // namespace onair::twin
