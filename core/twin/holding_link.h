// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>
#include <string_view>

#include "core/twin/link.h"

namespace onair::twin {

// What most links are: each packet's fate is decided when it comes in. It is dropped, or held
// until its moment. Single-owner.
class HoldingLink : public Link {
 public:
  void HandlePacket(Packet packet, Timestamp now) final;
  void HandleTimeout(Timestamp now) final;
  LinkOutput Poll() final;
  LinkStats stats() const final { return stats_; }

 protected:
  // `timer` is static text.
  explicit HoldingLink(std::string_view timer) : timer_(timer) {}

  // Decides: Release() or Drop(), once.
  virtual void Take(Packet packet, Timestamp now) = 0;

  // Leaves then, after all that leave no later.
  void Release(Packet packet, Timestamp leaves);
  void Drop() { ++stats_.dropped; }
  void CountDoubled() { ++stats_.doubled; }
  void CountDamaged() { ++stats_.damaged; }

 private:
  struct Held {
    Timestamp leaves;
    Packet packet;
  };

  std::string_view timer_;
  Timestamp now_ = Timestamp::MinusInfinity();
  std::deque<Held> held_;  // By time of leaving.
  LinkStats stats_;
};

}  // namespace onair::twin
