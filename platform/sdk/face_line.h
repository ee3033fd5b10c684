// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <vector>

#include "beauty/face/face_follower.h"
#include "core/api/beauty_ports.h"
#include "core/machine/trace.h"
#include "platform/runtime/bounded_queue.h"
#include "platform/runtime/mutex.h"
#include "platform/sdk/publisher_stats.h"

namespace onair {

// The faces of each picture: follows them on onair.video and asks the detector, which may be
// slow, on a thread of its own (onair.face). Without a detector that opens there are no faces.
class FaceLine {
 public:
  // callback on onair.face; called once.
  using MakeDetector = std::function<Result<std::unique_ptr<FaceDetector>>()>;
  // callback on onair.face. Why there are no faces, at most twice: the detector did not open, or
  // it failed for the first time.
  using OnFailure = std::function<void(const Error&)>;

  FaceLine(MakeDetector make_detector, OnFailure on_failure, TraceSink& trace);
  ~FaceLine();  // Waits for the detection under way.

  // Of the next picture; pts rise. On onair.video only. The first picture waits a little for its
  // detection, so that the first key frame, which everybody sees first, knows its faces.
  Faces Follow(const Picture& picture, MediaTime pts);

  FaceStats stats() const;

 private:
  struct Answer {
    MediaTime pts;
    std::optional<std::vector<DetectedFace>> found;  // Empty: it failed.
  };
  void Take(const Answer& answer);
  void Run();
  void Detect(FaceDetector& detector, const beauty::DetectionRequest& request);

  const MakeDetector make_detector_;
  const OnFailure on_failure_;
  TraceSink& trace_;

  // One request is under way at a time; the follower sees to it.
  runtime::BoundedQueue<beauty::DetectionRequest> requests_{{.items = 1},
                                                            runtime::WhenFull::kRefuse};
  runtime::BoundedQueue<Answer> answers_{{.items = 2}, runtime::WhenFull::kDropOldest};
  std::atomic<bool> is_stopping_{false};
  std::atomic<bool> is_open_{false};  // The detector.

  beauty::FaceFollower follower_;  // Of onair.video only,
  bool is_first_ = true;           // as is this.

  mutable runtime::Mutex mutex_;
  FaceStats stats_ ONAIR_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace onair
