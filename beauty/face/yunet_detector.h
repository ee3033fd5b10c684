// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>

#include "core/api/beauty_ports.h"
#include "core/base/result.h"

namespace onair::beauty {

// Read once when the detector opens.
struct YuNetConfig {
  // Pictures are scaled down to this before the network sees them. Range [64, 640] pixels.
  // More finds smaller faces and costs with the square; above 320 large faces are boxed worse.
  // Source: ours; face_bench, 2026-11-21.
  int long_side = 160;

  // Faces less sure than this are not told. Range (0, 1).
  // Source: ours; face_bench, 2026-11-21: 0.02 false faces a picture, seven clips.
  float least_confidence = 0.7F;

  // Ok, or kInvalidConfig whose detail names the first field out of range.
  [[nodiscard]] Status Validate() const;
};

// The YuNet network through OpenCV, with five landmarks: the detector to prefer wherever its
// model can be shipped. `model_path` is the file face_detection_yunet_2022mar.onnx (345 KB, MIT)
// of the OpenCV model zoo; OpenCV 4.6 reads no other. The model runs once before this returns.
// kFileNotFound, kFileRead; kFaceModel when the file is damaged or another model.
Result<std::unique_ptr<FaceDetector>> OpenYuNet(const std::string& model_path,
                                                const YuNetConfig& config = {});

}  // namespace onair::beauty
