// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "core/api/beauty_ports.h"
#include "core/base/result.h"

namespace onair::beauty {

// Read once when the detector opens.
struct CascadeConfig {
  // An OpenCV cascade of frontal faces. The default is installed by Debian's opencv-data.
  std::string path = "/usr/share/opencv4/haarcascades/haarcascade_frontalface_alt2.xml";

  // Pictures are scaled down to this. Range [96, 640] pixels. More finds smaller faces, slower.
  // Source: ours; face_bench, 2026-11-21.
  int long_side = 320;

  // The smallest face looked for, in parts of the picture's short side. Range [0.05, 1].
  // Source: ours; face_bench, 2026-11-21.
  float least_face = 0.10F;

  // Ok, or kInvalidConfig whose detail names the first field out of range.
  [[nodiscard]] Status Validate() const;
};

// A boosted cascade: needs no model file of the app's, gives no landmarks, and misses profiles
// and tilted heads; the fall-back behind OpenYuNet. It remembers where faces were and looks
// there first. kFileNotFound; kFaceModel when the file is no cascade.
Result<std::unique_ptr<FaceDetector>> OpenCascade(const CascadeConfig& config = {});

}  // namespace onair::beauty
