// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <deque>
#include <string_view>
#include <utility>

#include "core/twin/link.h"

namespace onair::twin {

// What most links are: each packet's fate is decided when it comes in. It is dropped, or held
// until its moment. Single-owner.
class HoldingLink : public Link {
 public:
  // Inline, so that a test that compiles with run-time types may derive from this.
  void HandlePacket(Packet packet, Timestamp now) final {
    now_ = std::max(now_, now);
    ++stats_.taken;
    Take(std::move(packet), now_);
  }
  void HandleTimeout(Timestamp now) final { now_ = std::max(now_, now); }
  LinkOutput Poll() final {
    if (held_.empty()) return Idle{};
    if (held_.front().leaves > now_) return Idle{held_.front().leaves, timer_};
    return TakeFirst();
  }
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
  Packet TakeFirst();

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
