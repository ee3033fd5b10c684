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
    const PacketCounts now{*facts.segments_sent, *facts.segments_retransmitted};
    if (now.sent < before_.sent || now.lost < before_.lost) before_ = {};
    if (!total_) total_.emplace();
    total_->sent += now.sent - before_.sent;
    total_->lost += now.lost - before_.lost;
    before_ = now;
  }
  const std::optional<PacketCounts>& total() const { return total_; }

 private:
  PacketCounts before_;
  std::optional<PacketCounts> total_;
};

}  // namespace onair
