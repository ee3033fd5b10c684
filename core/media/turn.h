// SPDX-License-Identifier: Apache-2.0
//
// What belongs to a picture goes along when the picture is turned clockwise.
#pragma once

#include "core/media/roi_map.h"
#include "core/media/video_frame.h"

namespace onair {

// Whether width and height change places.
constexpr bool IsSideways(Rotation turn) {
  return turn == Rotation::k90 || turn == Rotation::k270;
}

// Clockwise, as drawing libraries count.
constexpr int DegreesOf(Rotation turn) {
  switch (turn) {
    case Rotation::k0:
      return 0;
    case Rotation::k90:
      return 90;
    case Rotation::k180:
      return 180;
    case Rotation::k270:
      return 270;
  }
  return 0;
}

constexpr PictureSize Turned(PictureSize size, Rotation turn) {
  return IsSideways(turn) ? PictureSize{size.height, size.width} : size;
}

constexpr RoiRegion Turned(const RoiRegion& r, Rotation turn) {
  switch (turn) {
    case Rotation::k0:
      return r;
    case Rotation::k90:
      return {1 - r.y - r.height, r.x, r.height, r.width, r.quality};
    case Rotation::k180:
      return {1 - r.x - r.width, 1 - r.y - r.height, r.width, r.height, r.quality};
    case Rotation::k270:
      return {r.y, 1 - r.x - r.width, r.height, r.width, r.quality};
  }
  return r;
}

}  // namespace onair
