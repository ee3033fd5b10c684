// SPDX-License-Identifier: Apache-2.0
//
// When to tell the encoder another rate, and with how much VBV. Private to the room.
#pragma once

#include <optional>

#include "core/api/publish_config.h"
#include "core/media/media_time.h"

namespace onair::codec {

// How bits are to be spent from now on.
struct RatePlan {
  DataRate rate;
  TimeDelta vbv;      // Buffer as a span at `rate`.
  double frame_rate;  // Of the pictures that are really encoded.
};

// Pure, single-owner. A VBV is credit: after a step down the encoder may still spend what it
// saved at the old rate, after a step up it first saves. So for a while after each step the
// buffer is smaller than the configured one.
class RateFollower {
 public:
  explicit RateFollower(const VideoConfig& config);

  void SetRate(DataRate rate) { wanted_ = rate; }

  // The plan to apply before the picture at `now`; nullopt while nothing changes.
  [[nodiscard]] std::optional<RatePlan> PlanAt(MediaTime now, double frame_rate);

 private:
  TimeDelta VbvAt(MediaTime now) const;

  TimeDelta vbv_;
  DataRate wanted_;
  RatePlan applied_;
  std::optional<MediaTime> tight_until_;
};

}  // namespace onair::codec
