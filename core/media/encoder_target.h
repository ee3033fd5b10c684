// SPDX-License-Identifier: Apache-2.0
//
// The only thing the network tells the encoder: one of the three uphill records.
#pragma once

#include "core/units/data.h"

namespace onair {

enum class KeyFrameWanted { kNo = 1, kYes = 2 };

struct EncoderTarget {
  DataRate video_rate;                             // > 0.
  double frame_rate;                               // Pictures per second, (0, 120].
  int resolution_step = 0;                         // 0 = full size; each step is one rung down.
  KeyFrameWanted key_frame = KeyFrameWanted::kNo;  // One key frame as soon as possible.

  bool operator==(const EncoderTarget&) const = default;
};

}  // namespace onair
