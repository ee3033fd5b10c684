// SPDX-License-Identifier: Apache-2.0
#include "beauty/face/face_regions.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace onair::beauty {
namespace {

std::optional<RoiRegion> Clipped(float x, float y, float width, float height, float quality) {
  if (!std::isfinite(x) || !std::isfinite(y) || !std::isfinite(width) || !std::isfinite(height) ||
      !std::isfinite(quality)) {
    return std::nullopt;
  }
  const float left = std::clamp(x, 0.0F, 1.0F);
  const float top = std::clamp(y, 0.0F, 1.0F);
  const float right = std::clamp(x + width, 0.0F, 1.0F);
  const float bottom = std::clamp(y + height, 0.0F, 1.0F);
  if (right <= left || bottom <= top || quality == 0) return std::nullopt;
  return RoiRegion{left, top, right - left, bottom - top, std::clamp(quality, -1.0F, 1.0F)};
}

void AddTo(RoiMap& map, const std::optional<RoiRegion>& region) {
  if (region && map.regions.size() < RoiMap::kMaxRegions) map.regions.push_back(*region);
}

}  // namespace

RoiMap FacesToRoi(std::span<const Face> faces, std::span<const RoiRegion> app_regions) {
  RoiMap map;
  for (const RoiRegion& r : app_regions)
    AddTo(map, Clipped(r.x, r.y, r.width, r.height, r.quality));
  for (const Face& face : faces) {
    const FaceBox& box = face.box;
    AddTo(map, Clipped(box.x, box.y, box.width, box.height, face.presence));
  }
  return map;
}

}  // namespace onair::beauty
