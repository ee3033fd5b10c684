// SPDX-License-Identifier: Apache-2.0
//
// When the packets of a transport arrived (TWCC, draft-holmer-rmcat-transport-wide-cc-extensions-01
// section 3.1).
//
//   |V=2|P| FMT=15  |  PT=RTPFB=205 |             length            |
//   |                     SSRC of packet sender                     |
//   |                      SSRC of media source                     |
//   |      base sequence number     |      packet status count      |
//   |                 reference time, 64 ms         | fb pkt. count |
//   |          packet chunk         |         packet chunk          |
//   |         recv delta, 1 or 2 bytes of 250 us each ...           |
//
//   run length:     |0| S |       run length        |  13 bits
//   status vector:  |1|0| 14 symbols of one bit     |  received with a small delta, or not
//                   |1|1|  7 symbols of two bits    |
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "core/units/time.h"
#include "transport/rtp/rtcp/block.h"

namespace onair::rtp::rtcp {

enum class PacketStatus : std::uint8_t { kNotReceived = 0, kSmallDelta = 1, kLargeDelta = 2 };

inline constexpr TimeDelta kDeltaTick = TimeDelta::Micros(250);
inline constexpr TimeDelta kReferenceTick = TimeDelta::Millis(64);

// Goes through the statuses in the chunks at the front of `bytes`.
class StatusReader {
 public:
  StatusReader(ByteView bytes, std::size_t count) : in_(bytes), left_(count) {}

  // Nothing: all are read, the chunks ended early or hold the reserved symbol: see ok().
  std::optional<PacketStatus> Next();
  bool ok() const { return left_ == 0 && ok_; }
  std::size_t position() const { return in_.position(); }

 private:
  void ReadChunk();

  ByteReader in_;
  std::size_t left_;
  bool ok_ = true;
  std::uint32_t symbols_ = 0;  // Of a vector, the next in the top bits of 14; of a run, one.
  std::size_t symbols_left_ = 0;
  int symbol_bits_ = 0;  // 0: a run.
};

// Feedback that came, checked as a whole. Borrowed.
struct TransportFeedback {
  std::uint32_t sender_ssrc = 0;
  std::uint32_t media_ssrc = 0;
  std::uint16_t base_sequence = 0;
  std::uint16_t status_count = 0;
  std::uint32_t reference_time = 0;  // In 64 ms, 24 bits: wraps after 12 days.
  std::uint8_t feedback_count = 0;   // Rises by one with each feedback.
  ByteView chunks_and_deltas;
  std::size_t deltas_at = 0;

  // visit(std::uint16_t sequence, std::optional<TimeDelta> since_reference) in order.
  template <typename Visit>
  void ForEach(Visit visit) const {
    StatusReader statuses(chunks_and_deltas, status_count);
    ByteReader deltas(chunks_and_deltas.subspan(deltas_at));
    TimeDelta at = TimeDelta::Zero();
    std::uint16_t sequence = base_sequence;
    while (const auto status = statuses.Next()) {
      std::optional<TimeDelta> arrival;
      if (*status != PacketStatus::kNotReceived) {
        const int ticks = *status == PacketStatus::kSmallDelta
                              ? int{deltas.U8()}
                              : static_cast<std::int16_t>(deltas.U16());
        arrival = at += kDeltaTick * ticks;
      }
      visit(sequence++, arrival);
    }
  }
};

// Nothing for chunks that end early, use the reserved symbol or have fewer deltas than they tell.
std::optional<TransportFeedback> ReadTransportFeedback(const Block& block);

// A packet that came, by the transport's sequence number unwrapped.
struct Arrival {
  std::int64_t sequence = 0;
  Timestamp at = Timestamp::Zero();
};

struct TransportFeedbackHead {
  std::uint32_t sender_ssrc = 0;
  std::uint32_t media_ssrc = 0;
  std::int64_t base_sequence = 0;  // <= the first arrival's.
  std::uint8_t feedback_count = 0;
};

// Most statuses of one feedback that we write: with it the chunks have a bound.
// Source: ours; 100 ms of 50 Mbit/s in full packets are 520.
inline constexpr std::size_t kMaxStatuses = 1024;

// `arrivals`: by rising sequence, each once, not empty. Answers how many of them, from the first
// on, are told of: as many as fit `out`, kMaxStatuses and the range of a delta (8 s). 0, and
// nothing was written: the room is too small or the base is more than kMaxStatuses away.
std::size_t WriteTransportFeedback(const TransportFeedbackHead& head,
                                   std::span<const Arrival> arrivals, SpanWriter& out);

}  // namespace onair::rtp::rtcp
