// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "beauty/filters/cube_lut.h"
#include "beauty/filters/geometry.h"
#include "beauty/filters/watermark.h"
#include "core/api/beauty_config.h"
#include "core/api/beauty_ports.h"
#include "core/media/roi_map.h"

namespace onair {

// A colour table and how much of it is seen.
struct ColourTable {
  std::shared_ptr<const beauty::CubeLut> lut;  // Null: none.
  float strength = 1;                          // [0, 1]
};

// What viewers see of the effects.
enum class EffectsView {
  kAfter = 1,        // The picture with them.
  kBeforeAfter = 2,  // Without left of a line through the face, with right of it. I420 sources,
                     // not while mirrored.
};

// Names a filter of the app's while it is in use.
enum class FilterId : int {};

// What happens to pictures before the encoder. Every part has a setter of the publisher's that
// changes it while live.
struct EffectsConfig {
  BeautyConfig beauty = {};                         // Changed by Publisher::SetBeauty().
  ColourTable colour_table = {};                    // Changed by Publisher::SetColourTable().
  std::optional<beauty::Watermark> watermark = {};  // Changed by Publisher::SetWatermark().
  // Changed by Publisher::SetMirror(); viewers see it too.
  beauty::Mirror mirror = beauty::Mirror::kOff;

  EffectsView view = EffectsView::kAfter;  // Holds for the publisher's life.

  // Where quality should go beside faces: a product held up, a score. At most
  // RoiMap::kMaxRegions; kept until replaced.
  std::vector<RoiRegion> regions = {};

  // Finds faces for slim, eyes and regions of interest; null: none are looked for. Called once,
  // on a thread of the publisher's on which the detector then stays. When it does not open or
  // fails, FacesFailedEvent tells, and the stream goes on without faces.
  std::function<Result<std::unique_ptr<FaceDetector>>()> make_face_detector = {};

  // Ok, or kInvalidConfig naming the field.
  [[nodiscard]] Status Validate() const;
};

// Ok, or kInvalidConfig: more regions than a map holds, or numbers outside RoiRegion's ranges.
[[nodiscard]] Status CheckRegions(const std::vector<RoiRegion>& regions);

}  // namespace onair
