// SPDX-License-Identifier: Apache-2.0
//
// Where an app may put its own face detector and its own filters. Single-owner: one thread
// per object for life.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "core/base/result.h"
#include "core/media/face.h"
#include "core/media/video_frame.h"

namespace onair {

// Finds faces, for shape and regions of interest; EffectsConfig::make_face_detector makes one.
class FaceDetector {
 public:
  virtual ~FaceDetector() = default;

  // The faces of an upright I420 or NV12 picture of any size, in any order. May take tens of
  // milliseconds: it is called on a thread of its own, on every few pictures. An error is told
  // to the app; the stream goes on without faces.
  virtual Result<std::vector<DetectedFace>> Detect(const Picture& picture) = 0;
};

// What a filter may know beside the pixels. Valid during the call.
struct FilterInput {
  std::span<const Face> faces;  // Largest first.
  MediaTime pts;                // Of the picture.
};

// Changes pictures before the encoder; Publisher::AddFilter() takes one.
class VideoFilter {
 public:
  virtual ~VideoFilter() = default;

  // Gives the picture to go on with: a new one of the same size, or `picture` itself where
  // nothing changes. I420 in and out. On an error the picture goes on unfiltered and the error
  // is counted.
  virtual Result<Picture> Apply(const Picture& picture, const FilterInput& input) = 0;
};

}  // namespace onair
