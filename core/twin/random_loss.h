// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <deque>

#include "core/base/rng.h"
#include "core/twin/link.h"

namespace onair::twin {

// Each packet is lost with the same chance, independent of the others.
class RandomLoss final : public Link {
 public:
  RandomLoss(double share, Rng rng) : share_(share), rng_(rng) {}  // Share in [0, 1].

  void HandlePacket(Packet packet, Timestamp now) override;
  void HandleTimeout(Timestamp) override {}
  LinkOutput Poll() override;
  LinkStats stats() const override { return stats_; }

 private:
  double share_;
  Rng rng_;
  std::deque<Packet> ready_;
  LinkStats stats_;
};

}  // namespace onair::twin
