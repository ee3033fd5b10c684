// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/rng.h"
#include "core/twin/holding_link.h"

namespace onair::twin {

// Chances, each in [0, 1]. The states change before each packet.
struct BurstLossConfig {
  double good_to_bad = 0.01;
  double bad_to_good = 0.3;
  double loss_in_good = 0;
  double loss_in_bad = 1;

  // Lost packets on average and the mean length of a burst, >= 1 packet; share < 1.
  static BurstLossConfig Of(double share, double burst_packets);
};

// Losses come in bursts: a Markov chain of a good and a bad state, each with its own chance of
// loss. E. N. Gilbert 1960, E. O. Elliott 1963; RFC 8868 section 4.4.
class BurstLoss final : public HoldingLink {
 public:
  BurstLoss(const BurstLossConfig& config, Rng rng)
      : HoldingLink("burst_loss"), config_(config), rng_(rng) {}

 private:
  void Take(Packet packet, Timestamp now) override;

  BurstLossConfig config_;
  Rng rng_;
  bool is_bad_ = false;
};

}  // namespace onair::twin
