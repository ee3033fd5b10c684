// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "core/units/time.h"

namespace onair::cc {

// How fast pictures may leave where the line carries more than is wanted of it: stretched over
// their interval they would only be late. Pure.
class FreePace {
 public:
  struct Look {
    Timestamp at;
    double bps = 0;                     // What is sent at most, in bit/s.
    bool is_free = false;               // The line carries that, and nothing waits.
    std::optional<double> carried_bps;  // What it carried, where trains were drawn apart.
  };
  // The pace until the next look, in bit/s; not below `look.bps`.
  double OnReport(const Look& look);

 private:
  double bps_ = 0;
  std::optional<Timestamp> at_;
};

}  // namespace onair::cc
