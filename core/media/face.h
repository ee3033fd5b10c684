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
  FacePoint right_eye;           // Its middle, as that of the next.
  FacePoint left_eye;            // On the right of the picture.
  FacePoint nose_tip;            // The point that moves most as a head turns.
  FacePoint right_mouth_corner;  // On the left of the picture.
  FacePoint left_mouth_corner;   // On the right of the picture.
  bool operator==(const FaceLandmarks&) const = default;
};

// The box from forehead to chin and ear to ear, in fractions of the picture.
struct FaceBox {
  float x = 0;       // Of its left edge; may be negative.
  float y = 0;       // Of its upper edge; may be negative.
  float width = 0;   // > 0
  float height = 0;  // > 0
  bool operator==(const FaceBox&) const = default;
};

// What a detector saw in one picture.
struct DetectedFace {
  FaceBox box;                             // Where it is.
  std::optional<FaceLandmarks> landmarks;  // Empty where the detector gives none.
  float confidence = 0;                    // [0, 1]
};

// One face followed over pictures.
struct Face {
  std::uint32_t id = 0;                    // The same while it is followed; > 0.
  FaceBox box;                             // Smoothed over pictures.
  std::optional<FaceLandmarks> landmarks;  // Smoothed as well; empty without.
  float presence = 0;  // [0, 1]: fades in when found, out when lost. Effects scale with it.
  bool operator==(const Face&) const = default;
};

// Largest first.
using Faces = std::vector<Face>;

// More faces than this are not followed; the largest are.
// Source: ours; the bound of RoiMap::kMaxRegions.
inline constexpr std::size_t kMaxFaces = 16;

}  // namespace onair
