// SPDX-License-Identifier: Apache-2.0
//
// What radio does to packets above its rate: retransmissions that hold the line up, and
// bursts.
#pragma once

#include "core/base/rng.h"
#include "core/twin/holding_link.h"

namespace onair::twin {

struct HarqConfig {
  // Chance that one transmission fails. Range [0, 1). LTE aims at 0.1.
  // Source: 3GPP TS 36.213 section 7.2.3, "transport block error probability not exceeding 0.1".
  double block_error = 0.1;
  // From one transmission to the next. Range (0, 1 s].
  // Source: 3GPP TS 36.321 section 5.4.2: 8 processes of 1 ms in FDD.
  TimeDelta round_trip = TimeDelta::Millis(8);
  // Tries in all; then the packet is lost to the layer above. Range [1, 32].
  int tries = 5;
};

// A failed transmission comes again 8 ms later, and whatever follows waits for it: in order,
// almost without loss, with steps of delay. RLC acknowledged mode.
class HarqLink final : public HoldingLink {
 public:
  HarqLink(const HarqConfig& config, Rng rng) : HoldingLink("harq"), config_(config), rng_(rng) {}

 private:
  void Take(Packet packet, Timestamp now) override;

  HarqConfig config_;
  Rng rng_;
  Timestamp last_leaves_ = Timestamp::MinusInfinity();
};

struct AggregationConfig {
  // How long a station waits for its turn, uniform. Range (0, 100 ms], shortest <= longest.
  // Source: transport facts, "A-MPDU bursts 2-10 ms".
  TimeDelta shortest = TimeDelta::Millis(2);
  TimeDelta longest = TimeDelta::Millis(10);
  // Most packets of one burst; what is more waits for the next turn. Range [1, 1024].
  // Source: IEEE 802.11-2020 section 10.24: a block ack covers 64 frames in 802.11n.
  int packets = 64;
};

// Packets gather until the station gets the air, and then leave together.
class Aggregation final : public HoldingLink {
 public:
  Aggregation(const AggregationConfig& config, Rng rng)
      : HoldingLink("aggregation"), config_(config), rng_(rng) {}

 private:
  void Take(Packet packet, Timestamp now) override;
  TimeDelta Wait();

  AggregationConfig config_;
  Rng rng_;
  Timestamp turn_ = Timestamp::MinusInfinity();
  int in_turn_ = 0;
};

}  // namespace onair::twin
