// SPDX-License-Identifier: Apache-2.0
#include "transport/rtp/rtcp/transport_feedback.h"

#include <algorithm>

#include "core/base/check.h"

namespace onair::rtp::rtcp {
namespace {

constexpr std::uint8_t kFormat = 15;
constexpr std::size_t kHead = 20;
constexpr std::uint16_t kVectorBit = 0x8000;
constexpr std::uint16_t kTwoBitSymbols = 0x4000;
constexpr int kVectorBits = 14;
constexpr std::size_t kOneBitSymbols = 14;
constexpr std::size_t kTwoBitCount = 7;
constexpr std::size_t kReserved = 3;
constexpr std::uint32_t kReferenceMask = 0xffffff;

// Statuses as they will be written, and the bytes that their deltas take.
struct Statuses {
  std::array<PacketStatus, kMaxStatuses> of{};
  std::size_t count = 0;
  std::size_t delta_bytes = 0;

  std::span<const PacketStatus> all() const { return std::span(of).first(count); }
  void Add(std::size_t missing, PacketStatus status) {
    std::fill_n(of.begin() + static_cast<std::ptrdiff_t>(count), missing,
                PacketStatus::kNotReceived);
    count += missing;
    of[count++] = status;
    delta_bytes += static_cast<std::size_t>(status);  // 1 or 2, as the symbol.
  }
};

std::int64_t Ticks(Timestamp at) {
  return at.us() / kDeltaTick.us();
}

// Section 3.1.5 of the draft: a small delta is [0, 63.75 ms], a large one 16 bits, signed.
std::optional<PacketStatus> StatusOf(std::int64_t ticks) {
  if (ticks >= 0 && ticks <= 0xff) return PacketStatus::kSmallDelta;
  if (ticks >= INT16_MIN && ticks <= INT16_MAX) return PacketStatus::kLargeDelta;
  return std::nullopt;
}

std::size_t RunOf(std::span<const PacketStatus> rest) {
  const auto end = std::find_if(rest.begin(), rest.end(),
                                [&](PacketStatus status) { return status != rest.front(); });
  return static_cast<std::size_t>(end - rest.begin());
}

// The next chunk and how many statuses it holds. A run where it is the longer, else the vector
// that holds more.
struct Chunk {
  std::uint16_t bits;
  std::size_t taken;
};

Chunk VectorOf(std::span<const PacketStatus> rest, std::size_t symbols, int bits) {
  Chunk chunk{
      .bits = static_cast<std::uint16_t>(bits == 2 ? kVectorBit | kTwoBitSymbols : kVectorBit),
      .taken = std::min(symbols, rest.size())};
  for (std::size_t i = 0; i < chunk.taken; ++i) {
    const int shift = kVectorBits - bits * static_cast<int>(i + 1);
    chunk.bits = static_cast<std::uint16_t>(chunk.bits | static_cast<int>(rest[i]) << shift);
  }
  return chunk;
}

Chunk NextChunk(std::span<const PacketStatus> rest) {
  const std::size_t run = RunOf(rest);
  const auto first = rest.first(std::min(kOneBitSymbols, rest.size()));
  const bool has_large =
      std::find(first.begin(), first.end(), PacketStatus::kLargeDelta) != first.end();
  const std::size_t in_vector = has_large ? kTwoBitCount : kOneBitSymbols;
  if (run >= std::min(in_vector, rest.size())) {
    // kMaxStatuses keeps the run below its 13 bits.
    return {.bits = static_cast<std::uint16_t>(static_cast<std::size_t>(rest[0]) << 13 | run),
            .taken = run};
  }
  return VectorOf(rest, in_vector, has_large ? 2 : 1);
}

std::size_t ChunkBytes(std::span<const PacketStatus> rest) {
  std::size_t bytes = 0;
  for (; !rest.empty(); bytes += 2) rest = rest.subspan(NextChunk(rest).taken);
  return bytes;
}

// How many arrivals one feedback can tell of, with their statuses. Worst case of the chunks: one
// for each seven statuses.
std::size_t Choose(const TransportFeedbackHead& head, std::span<const Arrival> arrivals,
                   std::int64_t reference_ticks, std::size_t room, Statuses& statuses) {
  std::size_t taken = 0;
  std::int64_t last_ticks = reference_ticks;
  std::int64_t next = head.base_sequence;
  for (const Arrival& arrival : arrivals) {
    ONAIR_DCHECK(arrival.sequence >= next);
    const auto missing = static_cast<std::size_t>(arrival.sequence - next);
    const auto status = StatusOf(Ticks(arrival.at) - last_ticks);
    const std::size_t count = statuses.count + missing + 1;
    if (!status || missing >= kMaxStatuses || count > kMaxStatuses) break;
    const std::size_t chunks = 2 * ((count + kTwoBitCount - 1) / kTwoBitCount);
    if (chunks + statuses.delta_bytes + 2 + 3 > room) break;
    statuses.Add(missing, *status);
    last_ticks = Ticks(arrival.at);
    next = arrival.sequence + 1;
    ++taken;
  }
  return taken;
}

}  // namespace

void StatusReader::ReadChunk() {
  const std::uint16_t chunk = in_.U16();
  ok_ = ok_ && in_.ok();
  if ((chunk & kVectorBit) == 0) {
    symbol_bits_ = 0;
    symbols_ = chunk >> 13;
    symbols_left_ = chunk & 0x1fff;
    // A run of none would let a few bytes keep a reader busy without end.
    ok_ = ok_ && symbols_left_ > 0;
  } else {
    symbol_bits_ = (chunk & kTwoBitSymbols) != 0 ? 2 : 1;
    symbols_ = chunk & 0x3fff;
    symbols_left_ = symbol_bits_ == 2 ? kTwoBitCount : kOneBitSymbols;
  }
}

std::optional<PacketStatus> StatusReader::Next() {
  if (left_ == 0) return std::nullopt;
  if (symbols_left_ == 0) ReadChunk();
  std::uint32_t symbol = symbols_;
  if (symbol_bits_ != 0) {
    symbol = symbols_ >> (kVectorBits - symbol_bits_);
    symbols_ = (symbols_ << symbol_bits_) & 0x3fff;
  }
  ok_ = ok_ && symbol != kReserved;
  if (!ok_) return std::nullopt;
  --symbols_left_;
  --left_;
  return static_cast<PacketStatus>(symbol);
}

std::optional<TransportFeedback> ReadTransportFeedback(const Block& block) {
  if (!block.is(Type::kTransportFeedback, kFormat)) return std::nullopt;
  ByteReader in(block.body);
  TransportFeedback feedback{.sender_ssrc = in.U32(),
                             .media_ssrc = in.U32(),
                             .base_sequence = in.U16(),
                             .status_count = in.U16(),
                             .reference_time = in.U24(),
                             .feedback_count = in.U8(),
                             .chunks_and_deltas = in.Take(in.remaining())};
  if (!in.ok()) return std::nullopt;
  StatusReader statuses(feedback.chunks_and_deltas, feedback.status_count);
  std::size_t delta_bytes = 0;
  while (const auto status = statuses.Next()) delta_bytes += static_cast<std::size_t>(*status);
  feedback.deltas_at = statuses.position();
  const std::size_t behind = feedback.chunks_and_deltas.size() - feedback.deltas_at;
  if (!statuses.ok() || delta_bytes > behind) return std::nullopt;
  return feedback;
}

std::size_t WriteTransportFeedback(const TransportFeedbackHead& head,
                                   std::span<const Arrival> arrivals, SpanWriter& out) {
  if (arrivals.empty() || out.remaining() < kHead) return 0;
  // Rounded down, so that the first delta is not negative.
  const std::int64_t us = arrivals.front().at.us();
  const std::int64_t reference = us / kReferenceTick.us() - (us % kReferenceTick.us() < 0 ? 1 : 0);
  const std::int64_t reference_ticks = reference * (kReferenceTick.us() / kDeltaTick.us());
  Statuses statuses;
  const std::size_t taken =
      Choose(head, arrivals, reference_ticks, out.remaining() - kHead, statuses);
  if (taken == 0) return 0;

  BlockWriter block(out, Type::kTransportFeedback, kFormat);
  out.U32(head.sender_ssrc).U32(head.media_ssrc);
  out.U16(static_cast<std::uint16_t>(head.base_sequence));
  out.U16(static_cast<std::uint16_t>(statuses.count));
  out.U24(static_cast<std::uint32_t>(reference) & kReferenceMask).U8(head.feedback_count);
  const std::size_t chunk_bytes = ChunkBytes(statuses.all());
  for (auto rest = statuses.all(); !rest.empty();) {
    const Chunk chunk = NextChunk(rest);
    out.U16(chunk.bits);
    rest = rest.subspan(chunk.taken);
  }
  std::int64_t last = reference_ticks;
  for (const Arrival& arrival : arrivals.first(taken)) {
    const std::int64_t ticks = Ticks(arrival.at) - last;
    last = Ticks(arrival.at);
    if (ticks >= 0 && ticks <= 0xff) {
      out.U8(static_cast<std::uint8_t>(ticks));
    } else {
      out.U16(static_cast<std::uint16_t>(ticks));
    }
  }
  out.Zeros((4 - (chunk_bytes + statuses.delta_bytes) % 4) % 4);
  return taken;
}

}  // namespace onair::rtp::rtcp
