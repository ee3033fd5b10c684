// SPDX-License-Identifier: Apache-2.0
//
// Sender and receiver reports (RFC 3550 section 6.4).
//
//   |V=2|P|    RC   | PT=200 / 201  |             length            |
//   |                     SSRC of who reports                       |
//   |              NTP timestamp, 64 bits                           |  SR only
//   |                         RTP timestamp                         |  SR only
//   |                     packets sent (wraps)                      |  SR only
//   |                     payload bytes sent (wraps)                |  SR only
//   |  report blocks, RC times:                                     |
//   |                 SSRC of whom is reported on                   |
//   | fraction lost |       cumulative number of packets lost       |
//   |           extended highest sequence number received           |
//   |                      interarrival jitter                      |
//   |                         last SR (LSR)                         |
//   |                   delay since last SR (DLSR)                  |
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>

#include "transport/rtp/ntp_time.h"
#include "transport/rtp/rtcp/block.h"

namespace onair::rtp::rtcp {

struct ReportBlock {
  std::uint32_t ssrc = 0;
  std::uint8_t fraction_lost = 0;         // Since the report before, in 1/256.
  std::int32_t cumulative_lost = 0;       // 24 bits, signed: duplicates make it negative.
  std::uint32_t extended_highest = 0;     // Turns of the sequence number in the upper half.
  std::uint32_t jitter = 0;               // In units of the stream's RTP clock.
  std::uint32_t last_sr = 0;              // NtpTime::compact(); 0: none came yet.
  std::uint32_t delay_since_last_sr = 0;  // In 1/65536 s.

  bool operator==(const ReportBlock&) const = default;
};

// Blocks that came, unread as yet. Borrowed.
class ReportBlocks {
 public:
  ReportBlocks() = default;
  explicit ReportBlocks(ByteView bytes) : bytes_(bytes) {}

  std::size_t size() const { return bytes_.size() / kBytes; }
  ReportBlock operator[](std::size_t index) const;

  static constexpr std::size_t kBytes = 24;

 private:
  ByteView bytes_;
};

struct SenderReport {
  std::uint32_t ssrc = 0;
  NtpTime ntp;
  std::uint32_t rtp_timestamp = 0;  // Of the same moment.
  std::uint32_t packets = 0;
  std::uint32_t payload_bytes = 0;
  ReportBlocks blocks = {};
};

struct ReceiverReport {
  std::uint32_t ssrc = 0;
  ReportBlocks blocks = {};
};

// Nothing where the block is of another type or too short for what it counts.
std::optional<SenderReport> ReadSenderReport(const Block& block);
std::optional<ReceiverReport> ReadReceiverReport(const Block& block);

// The first 31 of `blocks` are taken, `report.blocks` is not looked at. False: did not fit, and
// nothing was written.
bool WriteSenderReport(const SenderReport& report, std::span<const ReportBlock> blocks,
                       SpanWriter& out);
bool WriteReceiverReport(std::uint32_t ssrc, std::span<const ReportBlock> blocks, SpanWriter& out);

inline constexpr std::size_t kMaxReportBlocks = 31;

}  // namespace onair::rtp::rtcp
