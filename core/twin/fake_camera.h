// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/base/rng.h"
#include "core/units/time.h"

namespace onair::twin {

struct FakeCameraConfig {
  double frame_rate = 30;                      // Range [1, 240].
  TimeDelta jitter = TimeDelta::Millis(2);     // Largest delay of a picture. Range [0, 1 s].
  double drop_share = 0;                       // Pictures that never come. Range [0, 1].
  TimeDelta period_drift = TimeDelta::Zero();  // Added to each period: a clock that is off.
};

// A camera without light: when each picture is delivered. Pure.
class FakeCamera {
 public:
  FakeCamera(const FakeCameraConfig& config, Timestamp start, Rng rng)
      : config_(config), start_(start), rng_(rng) {}

  struct Picture {
    std::int64_t number;
    Timestamp exposed_at;
    Timestamp delivered_at;  // Never before the one of the picture before it.
  };
  // The next picture that comes at all.
  Picture Next();

 private:
  FakeCameraConfig config_;
  Timestamp start_;
  Rng rng_;
  std::int64_t number_ = 0;
  Timestamp last_ = Timestamp::MinusInfinity();
};

}  // namespace onair::twin
