// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "core/machine/socket_facts.h"
#include "platform/sdk/publisher_stats.h"

namespace onair {

// Sums what systems count for each connection. Pure; single-owner.
class SegmentMeter {
 public:
  // Of the present connection; counters that fell belong to a new one.
  void Add(const SocketFacts& facts) {
    if (!facts.segments_sent || !facts.segments_retransmitted) return;
    const SegmentCounts now{*facts.segments_sent, *facts.segments_retransmitted};
    if (now.sent < before_.sent || now.retransmitted < before_.retransmitted) before_ = {};
    if (!total_) total_.emplace();
    total_->sent += now.sent - before_.sent;
    total_->retransmitted += now.retransmitted - before_.retransmitted;
    before_ = now;
  }
  const std::optional<SegmentCounts>& total() const { return total_; }

 private:
  SegmentCounts before_;
  std::optional<SegmentCounts> total_;
};

}  // namespace onair
