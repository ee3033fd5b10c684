// SPDX-License-Identifier: Apache-2.0
//
// Faces in every picture from a detector that sees only some of them, and late.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>

#include "core/base/result.h"
#include "core/media/face.h"
#include "core/media/media_time.h"
#include "core/media/video_frame.h"
#include "core/units/time.h"

namespace onair::beauty {

// Read once when the follower is made.
struct FollowConfig {
  // Time between detections while faces move as people do; three times that while nothing
  // moves, half of it while a face is fast or doubtful, and never less than twice the time a
  // detection takes. Range [33 ms, 2 s]. Less follows better and costs more.
  // Source: ours; face_bench, 2026-11-21 (6 pictures at 30 fps).
  TimeDelta detect_every = TimeDelta::Millis(200);

  // A face that detections miss stays this long. Range [0 s, 10 s].
  // Source: ours; Foreman turns his head away for most of a second.
  TimeDelta hold = TimeDelta::Seconds(1);

  // How long presence takes from 0 to 1 and back. Range [0 ms, 2 s]. Less is seen as a jump.
  // Source: ours; 10 pictures at 30 fps, where an offset of the quantiser costs no peak.
  TimeDelta fade = TimeDelta::Millis(333);

  // Ok, or kInvalidConfig whose detail names the first field out of range.
  [[nodiscard]] Status Validate() const;
};

// A picture to be given to a FaceDetector, wherever that runs.
struct DetectionRequest {
  Picture picture;  // A small copy: long side <= 320 pixels, format of the source.
  MediaTime pts;    // Handed back with what was found.
};

// Monotonic counts since the follower was made.
struct FollowStats {
  std::int64_t asked = 0;           // Detections requested.
  std::int64_t answered = 0;        // Answers that were used.
  std::int64_t failed = 0;          // Failures told, and requests never answered.
  std::int64_t ignored = 0;         // Answers to no request, or to a picture before a cut.
  std::int64_t unusable_faces = 0;  // Faces of a detector that are no faces: NaN, no area.
  std::int64_t cuts = 0;            // Scene changes seen.
  std::int64_t broken = 0;          // Pictures given up for lack of memory; all starts again.
};

// Follows faces by optical flow between detections. Boxes of still faces stand perfectly
// still. New faces fade in, lost ones are held and fade out. Time is the pictures' pts only.
// single-owner.
class FaceFollower {
 public:
  // `config` must be valid.
  explicit FaceFollower(const FollowConfig& config = {});
  ~FaceFollower();
  FaceFollower(const FaceFollower&) = delete;
  FaceFollower& operator=(const FaceFollower&) = delete;

  struct Followed {
    Faces faces;  // Largest first, at most kMaxFaces.
    // A detection is wanted. Answer it with OnDetections or OnDetectionFailed; until then, or
    // for two seconds, there is no other request.
    std::optional<DetectionRequest> request;
  };
  // The faces of the next upright picture. Another size is taken for another scene, unless
  // only the resolution changed.
  [[nodiscard]] Followed Follow(const Picture& picture, MediaTime pts);

  // What a detector found in the request of `pts`, however late: it is moved on by the flow
  // since then. Shows from the next picture on, and in Again().
  void OnDetections(MediaTime pts, std::span<const DetectedFace> found);
  void OnDetectionFailed(MediaTime pts);

  // The faces of the newest picture once more, for an answer that came while it waited. What is
  // found in the very first picture is there at once, without a fade: nobody saw it before.
  [[nodiscard]] Faces Again();

  const FollowStats& stats() const;

 private:
  class Following;
  std::unique_ptr<Following> following_;
};

}  // namespace onair::beauty
