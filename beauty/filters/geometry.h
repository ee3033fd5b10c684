// SPDX-License-Identifier: Apache-2.0
//
// Turning, mirroring, cutting and scaling, and where faces and regions are afterwards. Pure.
#pragma once

#include "beauty/filters/i420.h"
#include "core/base/result.h"
#include "core/media/face.h"
#include "core/media/roi_map.h"

namespace onair::beauty {

// Whether left and right change places.
enum class Mirror { kOff = 1, kLeftRight = 2 };

// How a picture is turned clockwise and, after that, mirrored.
struct Orientation {
  Rotation turn = Rotation::k0;
  Mirror mirror = Mirror::kOff;

  bool operator==(const Orientation&) const = default;
  // Whether it leaves pictures as they are.
  bool IsIdentity() const { return *this == Orientation{}; }
};

// A rectangle of pixels.
struct PixelRect {
  int x = 0;
  int y = 0;
  int width = 0;
  int height = 0;
  bool operator==(const PixelRect&) const = default;
};

// The size of a picture of `size` once it was turned: a quarter turn swaps its sides.
PictureSize OrientedSize(PictureSize size, Orientation orientation);

// Unpacks (NV12), turns and mirrors `from`; `to` has OrientedSize() and other memory.
void Orient(const Picture& from, Orientation orientation, const I420Planes& to);

// Scales the part `cut` of `from` to all of `to`. kInvalidConfig where `cut` is empty or not
// inside, or begins at an odd pixel (chroma has none there).
Status CropScale(const I420View& from, PixelRect cut, const I420Planes& to);

// Where faces and regions are once the picture was oriented. Mirroring swaps a face's left
// and right: landmarks keep meaning "as the viewer sees them". A turn is of the region map
// only: faces are given on the upright picture.
RoiMap Oriented(const RoiMap& map, Orientation orientation);
// The same for one face, left and right swapped.
Face Mirrored(const Face& face);

}  // namespace onair::beauty
