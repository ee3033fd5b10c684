// SPDX-License-Identifier: Apache-2.0
#include "samples/quality/found_faces.h"

#include <utility>

#include "beauty/face/cascade_detector.h"
#include "beauty/face/face_follower.h"
#include "beauty/face/face_regions.h"
#include "beauty/face/yunet_detector.h"
#include "platform/runtime/clock.h"
#include "samples/quality/timing.h"

namespace onair::samples {

Result<FaceChoice> ParseFaceChoice(const std::string& text) {
  constexpr std::string_view kYuNet = "yunet:";
  if (text == "cascade") return FaceChoice{};
  if (text.starts_with(kYuNet) && text.size() > kYuNet.size()) {
    return FaceChoice{text.substr(kYuNet.size())};
  }
  return Fail(ErrorCode::kInvalidConfig, "'" + text + "' is not cascade or yunet:FILE.onnx");
}

Result<std::unique_ptr<FaceDetector>> OpenFaceDetector(const FaceChoice& choice) {
  return choice.model.empty() ? beauty::OpenCascade() : beauty::OpenYuNet(choice.model);
}

Result<FoundFaces> FindFaces(const Clip& clip, double fps, FaceDetector& detector) {
  FoundFaces out;
  beauty::FaceFollower follower;
  std::vector<TimeDelta> spans;
  TimeDelta total = TimeDelta::Zero();
  for (std::size_t i = 0; i < clip.pictures.size(); ++i) {
    const auto us = static_cast<std::int64_t>(static_cast<double>(i) * 1e6 / fps);
    const Timestamp before = runtime::Now();
    auto followed = follower.Follow(clip.pictures[i], MediaTime::Micros(us));
    if (followed.request) {
      const auto found = detector.Detect(followed.request->picture);
      if (!found) return Forward(found);
      follower.OnDetections(followed.request->pts, *found);
      if (i == 0) followed.faces = follower.Again();  // The publisher waits for it too.
      ++out.detections;
    }
    spans.push_back(runtime::Now() - before);
    total = total + spans.back();
    if (!followed.faces.empty()) ++out.pictures_with_face;
    out.maps.push_back(beauty::FacesToRoi(followed.faces));
    out.faces.push_back(std::move(followed.faces));
  }
  out.ms_p50 = QuantileMs(spans, 0.5);
  out.ms_p95 = QuantileMs(spans, 0.95);
  if (!spans.empty()) out.ms_mean = total.ms_f() / static_cast<double>(spans.size());
  return out;
}

FacesPerPicture BoxesOf(const std::vector<Faces>& faces) {
  FacesPerPicture out;
  for (const Faces& of_picture : faces) {
    std::vector<FaceBox> boxes;
    for (const Face& face : of_picture) {
      if (face.presence >= 0.5F) boxes.push_back(face.box);
    }
    out.push_back(std::move(boxes));
  }
  return out;
}

}  // namespace onair::samples
