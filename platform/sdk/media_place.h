// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "core/units/time.h"

namespace onair {

// Where a player of a file or playlist is.
struct MediaPlace {
  std::optional<TimeDelta> position;  // Of what is shown, from the beginning.
  std::optional<TimeDelta> duration;  // Empty: live, or the container does not say.
  bool is_seekable = false;           // Whether Player::Seek() works.
};

// What follows the end.
enum class Repeat { kOnce = 1, kForever = 2 };

}  // namespace onair
