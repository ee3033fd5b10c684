// SPDX-License-Identifier: Apache-2.0
#include "core/twin/fake_camera.h"

#include <algorithm>

#include "core/twin/chance.h"

namespace onair::twin {

FakeCamera::Picture FakeCamera::Next() {
  // A camera that drops everything still delivers once in a while, or no caller would return.
  constexpr int kMostDrops = 1000;
  for (int i = 0; i < kMostDrops && Happens(config_.drop_share, rng_); ++i) ++number_;
  const std::int64_t number = number_++;
  const TimeDelta position = TimeDelta::Micros(static_cast<std::int64_t>(
                                 static_cast<double>(number) * 1e6 / config_.frame_rate + 0.5)) +
                             config_.period_drift * number;
  const Timestamp exposed = start_ + position;
  last_ = std::max(last_, exposed + config_.jitter.Scaled(rng_.Fraction()));
  return {number, exposed, last_};
}

}  // namespace onair::twin
