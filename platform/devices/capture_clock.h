// SPDX-License-Identifier: Apache-2.0
//
// From what a device says about time to driver time. Pure.
#pragma once

#include <cstdint>
#include <optional>

#include "core/media/media_time.h"

namespace onair::devices {

// The driver time that a device's stamp means, for a picture or sound that arrived at
// `arrival`. The stamp's clock is not told: V4L2 drivers use the monotonic clock (a few old
// ones the wall), x11grab and pulse the wall clock. It is taken for the clock on which it lies
// within the second before arrival. Empty: neither, or no stamp; use the arrival.
std::optional<Timestamp> CaptureMoment(std::optional<std::int64_t> stamp_us,
                                       const CaptureTime& arrival);

// A sample-exact line of block times that follows measured ones: each block begins where the
// one before ended, drawn towards the measured time by 1/32 of the difference, so jitter of a
// few ms disappears and a drift of 100 ppm stays within 0.1 ms. Over 60 ms of difference the
// line begins anew.
// Source: ours; sound servers wake with up to 20 ms of jitter, video sync is seen from 45 ms.
class SoundClock {
 public:
  // `measured` is when the block's first sample was heard or captured.
  [[nodiscard]] Timestamp OnBlock(Timestamp measured, TimeDelta duration);

 private:
  std::optional<Timestamp> next_;
};

}  // namespace onair::devices
