// SPDX-License-Identifier: Apache-2.0
//
// Congestion control where a receiver tells of no single packet, only now and then what became of a
// whole stream: RTCP's receiver reports (RFC 3550 section 6.4) and REMB.
#pragma once

#include <optional>

#include "core/api/congestion_control.h"

namespace onair::cc {

// What came in at `at`; what it does not tell is absent.
struct ReceptionReport {
  Timestamp at;                       // When the report came in, by our clock.
  std::optional<double> loss = {};    // Share lost since its report before. Range [0, 1].
  std::optional<TimeDelta> rtt = {};  // Smoothed.
  // Of the whole line, as its receiver guesses. REMB says it again and again.
  std::optional<DataRate> most = {};
};

// A decider. Single-owner. Its decisions ask for no probes: nobody would tell what they found.
class ReceptionController {
 public:
  virtual ~ReceptionController() = default;

  // Reports come every 1 to 5 s, as the receiver likes.
  [[nodiscard]] virtual CongestionDecision OnReport(const ReceptionReport& report) = 0;
  // At a connection's begin and whenever the decision says, for want of a report.
  [[nodiscard]] virtual CongestionDecision OnTime(Timestamp now) = 0;
};

}  // namespace onair::cc
