// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/media/video_frame.h"

namespace onair::apple {

// UIDeviceOrientation's values that say how the device is held; flat ones say nothing.
enum class Held { kPortrait = 1, kUpsideDown = 2, kHomeRight = 3, kHomeLeft = 4 };
enum class Facing { kBack = 1, kFront = 2 };

// How a camera's picture must be turned clockwise to stand upright. Both sensors lie on their side:
// a back camera's picture stands upright with the home side right, a front camera's with it left.
// Pure.
constexpr Rotation UprightTurn(Held held, Facing facing) {
  switch (held) {
    case Held::kPortrait:
      return Rotation::k90;
    case Held::kUpsideDown:
      return Rotation::k270;
    case Held::kHomeRight:
      return facing == Facing::kBack ? Rotation::k0 : Rotation::k180;
    case Held::kHomeLeft:
      return facing == Facing::kBack ? Rotation::k180 : Rotation::k0;
  }
  return Rotation::k0;
}

}  // namespace onair::apple
