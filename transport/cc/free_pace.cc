// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/free_pace.h"

#include <algorithm>

namespace onair::cc {
namespace {

// A second's growth while trains stay together: what goog_cc takes at once, 2.5 times the rate, is
// there after 0.6 s, and a line that is not so fast has shown it by then. Source: ours.
constexpr double kUp = 1.5;
// Of what a train that was drawn apart found: the next ones stay together.
constexpr double kBelow = 0.8;
// A picture of the mean size then takes a tenth of its interval; less would gain nothing.
constexpr double kMost = 10;

}  // namespace

double FreePace::OnReport(const Look& look) {
  const double seconds = at_ ? std::clamp((look.at - *at_).seconds_f(), 0.0, 0.2) : 0;
  at_ = look.at;
  if (!look.is_free) {
    bps_ = look.bps;
  } else if (look.carried_bps) {
    bps_ = std::min(bps_, *look.carried_bps * kBelow);
  } else {
    bps_ *= 1 + kUp * seconds;
  }
  bps_ = std::clamp(bps_, look.bps, look.bps * kMost);
  return bps_;
}

}  // namespace onair::cc
