// SPDX-License-Identifier: Apache-2.0
//
// Faces as detectors find them, filters shape them and regions of interest follow them.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace onair {

// A place in fractions of the upright picture: (0, 0) top left, (1, 1) bottom right. May lie
// outside [0, 1] where a face leaves the picture.
struct FacePoint {
  float x = 0;
  float y = 0;
  bool operator==(const FacePoint&) const = default;
};

// As the viewer sees them: the right eye of the person is on the left of the picture.
struct FaceLandmarks {
  FacePoint right_eye;
  FacePoint left_eye;
  FacePoint nose_tip;
  FacePoint right_mouth_corner;
  FacePoint left_mouth_corner;
  bool operator==(const FaceLandmarks&) const = default;
};

// The box from forehead to chin and ear to ear, in fractions of the picture.
struct FaceBox {
  float x = 0;
  float y = 0;
  float width = 0;   // > 0
  float height = 0;  // > 0
  bool operator==(const FaceBox&) const = default;
};

// What a detector saw in one picture.
struct DetectedFace {
  FaceBox box;
  std::optional<FaceLandmarks> landmarks;  // Empty where the detector gives none.
  float confidence = 0;                    // [0, 1]
};

// One face followed over pictures.
struct Face {
  std::uint32_t id = 0;  // The same while it is followed; > 0.
  FaceBox box;
  std::optional<FaceLandmarks> landmarks;
  float presence = 0;  // [0, 1]: fades in when found, out when lost. Effects scale with it.
  bool operator==(const Face&) const = default;
};

// Largest first.
using Faces = std::vector<Face>;

// More faces than this are not followed; the largest are.
// Source: ours; the bound of RoiMap::kMaxRegions.
inline constexpr std::size_t kMaxFaces = 16;

}  // namespace onair
