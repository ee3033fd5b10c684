// SPDX-License-Identifier: Apache-2.0
//
// What is known of one stream that comes: losses and jitter for reports (RFC 3550 appendix A), and
// where the sender's clock stands.
#pragma once

#include <cstdint>
#include <optional>

#include "core/media/media_time.h"
#include "transport/rtp/packet.h"
#include "transport/rtp/rtcp/reports.h"
#include "transport/rtp/sequence.h"

namespace onair::rtp {

// Counters; only grow.
struct ReceiveStats {
  std::int64_t packets = 0;  // Duplicates too, as RFC 3550 counts them.
  std::int64_t payload_bytes = 0;
  std::int64_t jumps = 0;     // Packets whose number fits no stream that goes on; dropped.
  std::int64_t restarts = 0;  // Times that such numbers went on, and the stream with them.
};

// Single-owner.
class ReceiveStatistics {
 public:
  explicit ReceiveStatistics(int clock_rate) : clock_rate_(clock_rate) {}

  // The packet's number, straightened; nothing for one that must be dropped.
  std::optional<std::int64_t> OnPacket(const PacketHeader& header, std::size_t payload_bytes,
                                       Timestamp now);
  // The straightened number of a packet that came another way; nothing before the first packet and
  // for numbers that are not near.
  std::optional<std::int64_t> NumberOf(std::uint16_t sequence) const;
  void OnSenderReport(const rtcp::SenderReport& report, Timestamp now);

  // For a report at `now`; starts the next interval. Nothing before the first packet.
  std::optional<rtcp::ReportBlock> Report(std::uint32_t ssrc, Timestamp now);

  // RFC 3550 section 6.4.1.
  TimeDelta jitter() const;
  std::int64_t lost() const;
  const ReceiveStats& stats() const { return stats_; }

 private:
  void UpdateJitter(std::uint32_t timestamp, Timestamp now);
  std::int64_t Expected() const;

  // Source: RFC 3550 appendix A.1, MAX_DROPOUT.
  static constexpr int kMaxDropout = 3000;

  int clock_rate_;
  SequenceUnwrapper line_;
  std::int64_t first_ = 0;
  std::optional<std::uint16_t> after_jump_;  // Would make the stream begin anew.
  std::int64_t received_ = 0;                // Since the stream began.
  std::int64_t expected_before_ = 0;         // As they stood in the report before.
  std::int64_t received_before_ = 0;
  std::optional<std::int64_t> transit_;
  std::int64_t jitter_q4_ = 0;  // In 1/16 of a tick.
  std::uint32_t last_sr_ = 0;
  Timestamp last_sr_at_ = Timestamp::MinusInfinity();
  ReceiveStats stats_;
};

}  // namespace onair::rtp
