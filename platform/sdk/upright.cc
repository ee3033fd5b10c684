// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/upright.h"

#include <utility>

#include "beauty/filters/geometry.h"
#include "core/media/turn.h"

namespace onair {

Result<Picture> Upright(const Picture& picture, Rotation turn) {
  auto upright = PictureBuilder::Allocate(PixelFormat::kI420, Turned(picture.size(), turn));
  if (!upright) return Forward(upright);
  beauty::Orient(picture, {.turn = turn}, beauty::PlanesOf(*upright));
  return std::move(*upright).Freeze();
}

}  // namespace onair
