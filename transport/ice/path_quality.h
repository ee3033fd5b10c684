// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>
#include <optional>

#include "core/units/time.h"

namespace onair::ice {

// Round trips and losses of a path's checks. Pure.
class PathQuality {
 public:
  void OnAnswer(TimeDelta rtt) {
    ++answered_;
    Weigh(0.0);
    if (!srtt_) {
      srtt_ = min_rtt_ = rtt;
      variation_ = rtt / 2;
      return;
    }
    // RFC 6298 section 2.3: alpha = 1/8, beta = 1/4.
    const TimeDelta off = rtt > *srtt_ ? rtt - *srtt_ : *srtt_ - rtt;
    variation_ = (variation_ * 3 + off) / 4;
    srtt_ = (*srtt_ * 7 + rtt) / 8;
    if (rtt < *min_rtt_) min_rtt_ = rtt;
  }
  void OnLost() {
    ++lost_;
    Weigh(1.0);
  }

  std::optional<TimeDelta> rtt() const { return srtt_; }  // Smoothed.
  std::optional<TimeDelta> min_rtt() const { return min_rtt_; }
  TimeDelta variation() const { return variation_; }
  // Of the latest checks, [0, 1]; both directions together.
  double loss() const { return loss_; }
  std::int64_t answered() const { return answered_; }
  std::int64_t lost() const { return lost_; }

  // A check without an answer after this is lost.
  TimeDelta timeout() const {
    if (!srtt_) return TimeDelta::Seconds(1);
    const TimeDelta late = *srtt_ + variation_ * 4;
    return late < TimeDelta::Millis(200) ? TimeDelta::Millis(200) : late;
  }

 private:
  // Source: ours; at two checks a second this looks back about four seconds.
  void Weigh(double lost) { loss_ += (lost - loss_) / 8.0; }

  std::optional<TimeDelta> srtt_;
  std::optional<TimeDelta> min_rtt_;
  TimeDelta variation_ = TimeDelta::Zero();
  double loss_ = 0.0;
  std::int64_t answered_ = 0;
  std::int64_t lost_ = 0;
};

}  // namespace onair::ice
