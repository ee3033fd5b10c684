// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"
#include "core/units/data.h"
#include "core/units/time.h"

namespace onair {

// Who chooses the quality that plays.
enum class QualityMode {
  kAutomatic = 1,  // What the network carries.
  kPinned = 2,     // What the app asked for last.
};

// How a viewer chooses among the qualities of a live stream by itself.
struct QualityConfig {
  // Without trouble for this long the next better quality is tried; each try that fails, or leads
  // back within `proof`, doubles the wait up to `most_climb_after`, until a line that carried a
  // quality for longer than that falls. Where a burst has just shown
  // that the network carries it with room, a quarter of this. Ranges [1 s, 5 min],
  // [climb_after, 1 h], [1 s, 5 min]. Less sees the better picture sooner and troubles the network
  // more often.
  // Source: ours; three GOPs of 2 s and the line's own speed control have settled by then; for
  // `proof` what a buffer of 0.6 s lasts where the least lack that counts (0.92) is there.
  TimeDelta climb_after = TimeDelta::Seconds(8);
  TimeDelta most_climb_after = TimeDelta::Seconds(120);
  TimeDelta proof = TimeDelta::Seconds(10);

  // A quality may take this share of what the network was seen to carry. Range [0.3, 1]. Less
  // stalls less, more shows more. Source: ours; ExoPlayer's AdaptiveTrackSelection takes 0.7.
  double share = 0.75;

  // Ok, or kInvalidConfig naming the field.
  [[nodiscard]] Status Validate() const;
};

}  // namespace onair
