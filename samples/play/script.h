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
  kQuit,
  kPause,
  kResume,
  kSeek,
  kRecord,
  kStopRecord,
  kSwitch,
  kQuality,
  kPauseOrResume,  // By key only, as what follows.
  kForward,
  kBack,
  kRecordOrStop,
  kLouder,
  kQuieter,
  kNextQuality
};

struct ScriptStep {
  TimeDelta at;  // From the start.
  PlayAction action;
  std::string value;  // A file, a gain, seconds, an address, a number, "free".. or empty.
};

// Lines "SECONDS ACTION [VALUE]", in the order of time; empty ones and those that begin with '#'
// are passed over. Actions: overlay, mute, snapshot FILE, next, previous, volume GAIN,
// network free|metered, pause, resume, seek SECONDS, record FILE, stop-record, switch URL,
// quality auto|N (of --qualities, from 1), quit. At most 10000 steps. kInvalidConfig names the
// line.
Result<std::vector<ScriptStep>> ParseScript(const std::string& text);

// What a key does; empty: nothing. i overlay, m mute, + and - volume, s snapshot, r record or stop,
// n next, p previous, v next quality, q and Esc quit; of files space pause or resume, arrows 10 s
// back and ahead.
std::optional<PlayAction> ActionOf(int key);

}  // namespace onair::samples
