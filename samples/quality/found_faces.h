// SPDX-License-Identifier: Apache-2.0
//
// The faces of a clip as the publisher finds them: a detector and the follower behind it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "core/api/beauty_ports.h"
#include "core/media/roi_map.h"
#include "samples/quality/boxes.h"
#include "samples/quality/clip.h"

namespace onair::samples {

// Of `--face`: "cascade" or "yunet:FILE.onnx".
struct FaceChoice {
  std::string model;  // Empty: the cascade.
};
// kInvalidConfig for another text.
Result<FaceChoice> ParseFaceChoice(const std::string& text);

// As beauty::OpenCascade and beauty::OpenYuNet.
Result<std::unique_ptr<FaceDetector>> OpenFaceDetector(const FaceChoice& choice);

// One entry a picture.
struct FoundFaces {
  std::vector<Faces> faces;
  std::vector<RoiMap> maps;  // What an encoder is told.
  std::size_t pictures_with_face = 0;
  std::size_t detections = 0;
  double ms_p50 = 0;  // Detection and following together, per picture, wall time.
  double ms_p95 = 0;
  double ms_mean = 0;
};

// Detections are answered at once, so they show from the next picture on, those of the first
// picture in it, as in the publisher. The detector's errors are passed on: what it did not see must
// not be taken for a clip without faces.
Result<FoundFaces> FindFaces(const Clip& clip, double fps, FaceDetector& detector);

// Where to measure: faces at least half present.
FacesPerPicture BoxesOf(const std::vector<Faces>& faces);

}  // namespace onair::samples
