// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <vector>

#include "core/twin/holding_link.h"

namespace onair::twin {

// Everything that comes in during these times is lost: no radio, a broken cable. An outage
// that only delays is RateSchedule::Outage.
class Blackout final : public HoldingLink {
 public:
  struct Span {
    Timestamp from;
    TimeDelta length;
  };
  explicit Blackout(std::vector<Span> spans) : HoldingLink("blackout"), spans_(std::move(spans)) {}

 private:
  void Take(Packet packet, Timestamp now) override;

  std::vector<Span> spans_;
};

// Packets above a size vanish without a word, from `since` on: a tunnel whose "too big"
// messages a firewall eats (RFC 4821 section 1).
class MtuBlackHole final : public HoldingLink {
 public:
  explicit MtuBlackHole(DataSize largest, Timestamp since = Timestamp::MinusInfinity())
      : HoldingLink("mtu"), largest_(largest), since_(since) {}

 private:
  void Take(Packet packet, Timestamp now) override;

  DataSize largest_;
  Timestamp since_;
};

}  // namespace onair::twin
