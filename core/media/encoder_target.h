// SPDX-License-Identifier: Apache-2.0
//
// The only thing the network tells the encoder: one of the three uphill records.
#pragma once

#include <optional>

#include "core/units/data.h"

namespace onair {

// Whether the next picture is to be a key frame.
enum class KeyFrameWanted { kNo = 1, kYes = 2 };

// Whether pictures are encoded at all: what has not been encoded can be skipped without breaking
// anything.
enum class Intake {
  kOpen = 1,    // Every picture that comes is encoded.
  kPaused = 2,  // Pictures are skipped before the encoder until it opens again.
};

// Whether a line takes anything at all at present.
enum class Carriage {
  kMoves = 1,   // Or nothing is under way.
  kStands = 2,  // Nothing of what is under way has got through for a while.
};

// What an encoder is to do from its next picture on. A plain value; the latest one counts.
struct EncoderTarget {
  DataRate video_rate;                             // > 0.
  double frame_rate;                               // Pictures per second, (0, 120].
  int resolution_step = 0;                         // 0 = full size; each step is one rung down.
  KeyFrameWanted key_frame = KeyFrameWanted::kNo;  // One key frame as soon as possible.
  // Weight of the regions of interest against the rest: 1 as configured, up to 2 when bits are
  // short and the face should get them first. Range [0, 2].
  double roi_emphasis = 1.0;
  Intake intake = Intake::kOpen;  // kPaused while nothing could be sent.
  // Most bytes of each picture until the next target, key frame or not; > 0. Absent: as the rate
  // lets it. An encoder keeps it as well as it can, at any cost of quality.
  std::optional<DataSize> frame_limit = {};

  bool operator==(const EncoderTarget&) const = default;
};

}  // namespace onair
