// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/base/result.h"
#include "core/units/data.h"

namespace onair {

// What gives way first when bits are short.
enum class ControlMode {
  kQuality = 1,   // Frame rate: what is shown stays sharp.
  kFluency = 2,   // Resolution: what is shown stays smooth.
  kBalanced = 3,  // Both in turns.
};

// How the rate of a publisher's encoder follows the network. Read once, when a publisher is made.
struct ControlConfig {
  ControlMode mode = ControlMode::kBalanced;  // Picture or motion: what viewers are to keep.

  // Of the video. Range [50 kbit/s, 50 Mbit/s]; at or above VideoConfig::rate, the rate stays.
  // Higher keeps the picture watchable and lets delay grow on a line that is slower still.
  DataRate min_rate = DataRate::KilobitsPerSec(200);

  // Name of a congestion controller (transport/cc). Empty: the default one.
  std::string controller = {};

  // Ok, or kInvalidConfig whose detail names the first field out of range. Names of controllers
  // are looked up by who makes one.
  [[nodiscard]] Status Validate() const;
};

}  // namespace onair
