// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/rng.h"
#include "core/twin/holding_link.h"

namespace onair::twin {

// Range of `deviation`: [0, 1 s]; of `bound`: [0, 10].
struct JitterConfig {
  // RFC 8868 section 4.5.3: "std = 5 ms".
  TimeDelta deviation = TimeDelta::Millis(5);
  // RFC 8868 section 4.5.3: "N_STD = 3". In deviations.
  double bound = 3;
  // RFC 8868 section 4.5.2: packet n leaves no earlier than its predecessor and the time that
  // this one takes on the wire.
  DataRate rate = DataRate::BitsPerSec(units_internal::kMax);
};

// RFC 8868 section 4.5.3: adds |a bounded Gaussian| to the delay of each packet, without
// reordering (NR-BPDV).
class Jitter final : public HoldingLink {
 public:
  Jitter(const JitterConfig& config, Rng rng) : HoldingLink("jitter"), config_(config), rng_(rng) {}

 private:
  void Take(Packet packet, Timestamp now) override;

  JitterConfig config_;
  Rng rng_;
  Timestamp earliest_ = Timestamp::MinusInfinity();
};

}  // namespace onair::twin
