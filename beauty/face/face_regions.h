// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>

#include "core/media/face.h"
#include "core/media/roi_map.h"

namespace onair::beauty {

// Where quality should go: the app's regions, then the faces, largest first, while there is
// room. A face weighs its presence; the encoder's soft edge covers hair and chin. Regions are
// clipped to the picture, and those that are empty or not finite are left out. pure.
RoiMap FacesToRoi(std::span<const Face> faces, std::span<const RoiRegion> app_regions = {});

}  // namespace onair::beauty
