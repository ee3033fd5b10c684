// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/face_line.h"

#include <pthread.h>

#include <utility>

#include "platform/runtime/clock.h"

namespace onair {
namespace {

// How long the thread waits for a request before it looks again whether it should end.
constexpr TimeDelta kIdleTick = TimeDelta::Seconds(1);

// How long the first picture waits for its faces: less than one picture at 30 per second, ten times
// what YuNet takes on a desktop core.
constexpr TimeDelta kFirstWait = TimeDelta::Millis(25);

}  // namespace

FaceLine::FaceLine(MakeDetector make_detector, OnFailure on_failure, TraceSink& trace)
    : make_detector_(std::move(make_detector)),
      on_failure_(std::move(on_failure)),
      trace_(trace),
      thread_([this] { Run(); }) {}

FaceLine::~FaceLine() {
  is_stopping_ = true;
  requests_.Close();
  requests_.Clear();
  if (thread_.joinable()) thread_.join();
}

Faces FaceLine::Follow(const Picture& picture, MediaTime pts) {
  const Timestamp begin = runtime::Now();
  while (const auto answer = answers_.TryPop()) Take(*answer);
  auto followed = follower_.Follow(picture, pts);
  if (followed.request) {
    const MediaTime asked = followed.request->pts;
    if (!requests_.Push(std::move(*followed.request))) follower_.OnDetectionFailed(asked);
  }
  if (std::exchange(is_first_, false) && followed.request && is_open_) {
    if (const auto answer = answers_.PopUntil(begin + kFirstWait)) {
      Take(*answer);
      followed.faces = follower_.Again();
    }
  }
  const Timestamp end = runtime::Now();
  trace_.Span(begin, end, "face.follow");
  const runtime::MutexLock lock(mutex_);
  ++stats_.pictures;
  if (!followed.faces.empty()) ++stats_.pictures_with_faces;
  stats_.follow.Add(end - begin);
  return std::move(followed.faces);
}

void FaceLine::Take(const Answer& answer) {
  if (answer.found) {
    follower_.OnDetections(answer.pts, *answer.found);
  } else {
    follower_.OnDetectionFailed(answer.pts);
  }
}

void FaceLine::Run() {
  pthread_setname_np(pthread_self(), "onair.face");
  auto detector = make_detector_();
  if (!detector) {
    on_failure_(detector.error());
    requests_.Close();
    return;
  }
  is_open_ = true;
  while (!is_stopping_) {
    const auto request = requests_.PopUntil(runtime::Now() + kIdleTick);
    if (request) Detect(**detector, *request);
  }
}

void FaceLine::Detect(FaceDetector& detector, const beauty::DetectionRequest& request) {
  const Timestamp begin = runtime::Now();
  auto found = detector.Detect(request.picture);
  const Timestamp end = runtime::Now();
  trace_.Span(begin, end, "face.detect");
  bool is_first_failure = false;
  {
    const runtime::MutexLock lock(mutex_);
    stats_.detect.Add(end - begin);
    if (found) {
      ++stats_.detections;
    } else {
      is_first_failure = stats_.failures++ == 0;
    }
  }
  if (is_first_failure) on_failure_(found.error());
  Answer answer{request.pts, std::nullopt};
  if (found) answer.found = std::move(*found);
  answers_.Push(std::move(answer));
}

FaceStats FaceLine::stats() const {
  const runtime::MutexLock lock(mutex_);
  return stats_;
}

}  // namespace onair
