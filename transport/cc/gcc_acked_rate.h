// SPDX-License-Identifier: Apache-2.0
//
// Of `gcc`: what is acknowledged a second, over a second or more, and never more than was sent.
#pragma once

#include <deque>
#include <optional>

#include "core/api/congestion_control.h"

namespace onair::cc {

// Pure.
class GccAckedRate {
 public:
  // A packet that arrived.
  void Add(const PacketFate& packet);

  // Nothing before ten packets.
  std::optional<DataRate> rate() const;

 private:
  struct Packet {
    Timestamp sent_at, arrived_at;
    DataSize size;
  };

  void Insert(const Packet& packet);
  bool IsFirstTooOld() const;
  std::optional<DataRate> SentRate() const;
  DataRate ArrivedRate() const;

  std::deque<Packet> packets_;  // By arrival; at most kMostPackets + 1.
  Timestamp dropped_sent_at_ = Timestamp::MinusInfinity();
};

}  // namespace onair::cc
