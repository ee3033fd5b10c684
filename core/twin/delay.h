// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>

#include "core/twin/link.h"

namespace onair::twin {

// Every packet comes out the same time later. Never drops.
class Delay final : public Link {
 public:
  explicit Delay(TimeDelta delay) : delay_(delay) {}  // >= 0.

  void HandlePacket(Packet packet, Timestamp now) override;
  void HandleTimeout(Timestamp now) override;
  LinkOutput Poll() override;
  LinkStats stats() const override { return stats_; }

 private:
  struct Held {
    Timestamp leaves;
    Packet packet;
  };

  TimeDelta delay_;
  Timestamp now_ = Timestamp::MinusInfinity();
  std::deque<Held> held_;
  LinkStats stats_;
};

}  // namespace onair::twin
