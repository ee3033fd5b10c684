// SPDX-License-Identifier: Apache-2.0
//
// What a transport sent, by its transport-wide sequence numbers, joined with what the receiver
// tells of it (rtcp/transport_feedback.h). No controller knows a packet format: it gets fates.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "core/api/congestion_control.h"
#include "core/units/data.h"
#include "transport/rtp/rtcp/transport_feedback.h"

namespace onair::rtp {

// Counters; only grow.
struct SentPacketsStats {
  std::int64_t sent = 0;
  std::int64_t arrived = 0;
  std::int64_t lost = 0;
  // Never told of: the feedback itself was lost, or came too late.
  std::int64_t unreported = 0;
  // Feedback about packets that were never sent.
  std::int64_t implausible_feedback = 0;
};

// Single-owner. Holds as many as are in flight, kPackets at most (130 KiB).
class SentPackets {
 public:
  // 1.6 s of full packets at 50 Mbit/s: a round trip and a feedback interval, twice.
  static constexpr std::size_t kPackets = 8192;
  // Feedback about what was sent earlier has no use: what is older counts no longer in flight.
  static constexpr TimeDelta kMaxAge = TimeDelta::Seconds(3);

  SentPackets();

  // The number that the next packet carries; its low 16 bits are on the wire.
  std::int64_t next() const { return next_; }
  // The packet with number next() left; `probe` as PacketFate::probe.
  void OnSent(DataSize size, Timestamp now, std::uint32_t probe = 0);

  // In order of sending, each packet in one answer only. Valid until the next call.
  std::span<const cc::PacketFate> OnFeedback(const rtcp::TransportFeedback& feedback,
                                             Timestamp now);

  // Sent, without a fate, and younger than kMaxAge at the last call.
  DataSize in_flight() const { return in_flight_; }
  const SentPacketsStats& stats() const { return stats_; }

 private:
  struct Entry {
    std::int64_t sent_us = 0;
    std::uint32_t probe = 0;
    std::uint16_t size_bytes = 0;  // A datagram's.
    bool is_in_flight = false;
  };

  Entry& EntryOf(std::int64_t number) {
    return entries_[static_cast<std::size_t>(number) % entries_.size()];
  }
  void Grow();
  void Expire(Timestamp now);
  void Forget(Entry& entry);
  Timestamp ReferenceOf(std::uint32_t wire);

  std::vector<Entry> entries_;
  std::int64_t next_ = 1;  // The first number on the wire is 1, as others' are.
  std::int64_t oldest_ = 1;
  DataSize in_flight_ = DataSize::Zero();
  std::optional<std::int64_t> reference_;  // Unwrapped, in 64 ms.
  std::vector<cc::PacketFate> fates_;
  SentPacketsStats stats_;
};

}  // namespace onair::rtp
