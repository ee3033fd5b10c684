// SPDX-License-Identifier: Apache-2.0
//
// How one who only receives learns the round trip (XR, RFC 3611): it tells its time (RRTR,
// section 4.4), the sender answers with what it saw last and how long ago (DLRR, section 4.5).
//
//   |V=2|P|reserved |   PT=XR=207   |             length            |
//   |                              SSRC                             |
//   |     BT=4      |   reserved    |       block length = 2        |  RRTR
//   |              NTP timestamp, 64 bits                           |
//   |     BT=5      |   reserved    |   block length = 3 x number   |  DLRR
//   |                 SSRC of the receiver                          |
//   |                         last RR (LRR)                         |
//   |                   delay since last RR (DLRR)                  |
#pragma once

#include <cstdint>
#include <optional>

#include "transport/rtp/ntp_time.h"
#include "transport/rtp/rtcp/block.h"

namespace onair::rtp::rtcp {

struct DelaySinceReference {
  std::uint32_t ssrc = 0;     // Of the receiver that told its time.
  std::uint32_t last_rr = 0;  // NtpTime::compact() of it.
  std::uint32_t delay = 0;    // In 1/65536 s.

  bool operator==(const DelaySinceReference&) const = default;
};

// What we understand of a report.
struct ExtendedReport {
  std::uint32_t ssrc = 0;
  std::optional<NtpTime> reference_time = {};
  // Of the items the first for `our_ssrc`.
  std::optional<DelaySinceReference> delay = {};
};

// Unknown report blocks are passed over; a length that passes the end gives nothing.
std::optional<ExtendedReport> ReadExtendedReport(const Block& block, std::uint32_t our_ssrc);

// False: did not fit, nothing was written.
bool WriteReferenceTime(std::uint32_t ssrc, NtpTime now, SpanWriter& out);
bool WriteDelaySinceReference(std::uint32_t ssrc, const DelaySinceReference& item, SpanWriter& out);

}  // namespace onair::rtp::rtcp
