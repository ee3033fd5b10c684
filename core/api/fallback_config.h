// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/base/result.h"
#include "core/units/time.h"

namespace onair {

// When a viewer of a realtime stream goes to the same stream over another protocol.
struct FallbackConfig {
  // The realtime stream shows nothing for this long, without an error: the other is opened beside
  // it, and whichever comes first plays. An error opens it at once. Range [0.2 s, 30 s]. Less opens
  // a second connection more often for nothing, more keeps viewers before a frozen picture.
  // Source: ours; five round trips of 200 ms, and half a second for the key frame.
  TimeDelta after = TimeDelta::Millis(1'500);

  // First try to go back, from when it fell back; each that fails, or lasts less than a minute,
  // doubles the wait up to `most_return`. Ranges [1 s, 10 min], [first_return, 1 h]. Less costs
  // connections that lead nowhere, as where a firewall takes no UDP; more costs delay.
  // Source: ours; a walk between two networks, and some ten tries an hour.
  TimeDelta first_return = TimeDelta::Seconds(10);
  TimeDelta most_return = TimeDelta::Seconds(300);

  // Ok, or kInvalidConfig naming the field.
  [[nodiscard]] Status Validate() const;
};

}  // namespace onair
