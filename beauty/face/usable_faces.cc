// SPDX-License-Identifier: Apache-2.0
#include "beauty/face/usable_faces.h"

#include <algorithm>
#include <cmath>

namespace onair::beauty {
namespace {

bool IsUsable(const DetectedFace& face) {
  const FaceBox& box = face.box;
  constexpr float kFar = 4;  // Also keeps arithmetic on it finite.
  const auto near = [](float v) { return std::isfinite(v) && std::abs(v) < kFar; };
  return near(box.x) && near(box.y) && near(box.width) && near(box.height) &&
         std::isfinite(face.confidence) && box.width > 0.005F && box.height > 0.005F;
}

FoundFace InPixels(const DetectedFace& face, cv::Size size) {
  const auto w = static_cast<float>(size.width);
  const auto h = static_cast<float>(size.height);
  FoundFace found;
  found.box = {face.box.x * w, face.box.y * h, face.box.width * w, face.box.height * h};
  found.confidence = face.confidence;
  if (!face.landmarks) return found;
  const FaceLandmarks& l = *face.landmarks;
  const FacePoint points[] = {l.right_eye, l.left_eye, l.nose_tip, l.right_mouth_corner,
                              l.left_mouth_corner};
  Landmarks landmarks;
  for (std::size_t i = 0; i < landmarks.size(); ++i) {
    if (!(std::abs(points[i].x) < 4 && std::abs(points[i].y) < 4)) return found;
    landmarks[i] = {points[i].x * w, points[i].y * h};
  }
  found.landmarks = landmarks;
  return found;
}

}  // namespace

UsableFaces FindUsable(std::span<const DetectedFace> found, cv::Size size) {
  UsableFaces usable;
  for (const DetectedFace& face : found) {
    if (IsUsable(face)) {
      usable.faces.push_back(InPixels(face, size));
    } else {
      ++usable.left_out;
    }
  }
  std::stable_sort(
      usable.faces.begin(), usable.faces.end(),
      [](const FoundFace& a, const FoundFace& b) { return a.box.area() > b.box.area(); });
  if (usable.faces.size() > kMaxFaces) usable.faces.resize(kMaxFaces);
  return usable;
}

}  // namespace onair::beauty
