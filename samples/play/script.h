// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/result.h"
#include "core/units/time.h"

namespace onair::samples {

// What a person with a keyboard would do, and when.
enum class PlayAction {
  kOverlay = 1,
  kMute,
  kSnapshot,
  kNext,
  kPrevious,
  kVolume,
  kNetwork,
  kQuit
};

struct ScriptStep {
  TimeDelta at;  // From the start.
  PlayAction action;
  std::string value;  // A file, a gain, "free" or "metered"; else empty.
};

// Lines "SECONDS ACTION [VALUE]", in the order of time; empty ones and those that begin with '#'
// are passed over. Actions: overlay, mute, snapshot FILE, next, previous, volume GAIN,
// network free|metered, quit. At most 10000 steps. kInvalidConfig names the line.
Result<std::vector<ScriptStep>> ParseScript(const std::string& text);

// What a key does; empty: nothing. i overlay, m mute, s snapshot, n next, p previous, q and Esc
// quit.
std::optional<PlayAction> ActionOf(int key);

}  // namespace onair::samples
