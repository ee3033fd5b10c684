// SPDX-License-Identifier: Apache-2.0
#include "beauty/face/face_track.h"

#include <algorithm>
#include <cmath>

namespace onair::beauty {
namespace {

// A new face this sure is shown at once, another after it was seen twice.
// Source: ours; the false faces of both detectors are below, face_bench, 2026-11-21.
constexpr float kSure = 0.8F;
// How much of a detection's difference is taken over: little when it is noise, all when it is
// a mistake of the flow. In parts of the face's width. Source: ours; face_bench, 2026-11-21.
constexpr float kLeastTrust = 0.3F;
constexpr float kLeastTrustStill = 0.12F;  // Many detections of one place: their mean counts.
constexpr float kNoise = 0.05F;
constexpr float kTrustSlope = 6;
// Stray of a measure before the shown box, and the landmarks, move; in parts of the width.
// Source: ours; face_bench, 2026-11-21: on a still face under camera noise YuNet strays by
// 0.6 %, the cascade by 1.5 %, before an eighth of it is taken over.
constexpr float kBoxBand = 0.03F;
constexpr float kLandmarkBand = 0.02F;
constexpr float kLeastBand = 0.5F;  // Pixels.
// The flow reaches so far from its anchor, in pixels and size; then it takes a new one.
constexpr float kAnchorReach = 20;
constexpr float kAnchorScale = 1.12F;
constexpr float kShaky = 0.6F;
// A step that no face makes between two pictures, in widths and size: the flow went astray.
constexpr float kMostStep = 0.7F;
constexpr float kMostStepScale = 1.25F;
// A face with less than this of its box in the picture is gone, or with fewer pixels across.
constexpr float kLeastInside = 0.3F;
constexpr float kLeastWidth = 4;
// A face just lost is looked for in a hurry; one that stays away is not worth the cost.
constexpr TimeDelta kHurry = TimeDelta::Millis(300);
constexpr TimeDelta kDropFade = TimeDelta::Millis(100);  // After a cut: three pictures.
// Where a lost face may come back, in widths at once and more each second.
constexpr float kReach = 0.6F;
constexpr float kReachPerSecond = 1.5F;

float Step(TimeDelta passed, TimeDelta fade) {
  if (fade <= TimeDelta::Zero()) return 1;
  return static_cast<float>(passed.us()) / static_cast<float>(fade.us());
}

cv::Rect2f BoxAround(cv::Point2f middle, cv::Size2f size) {
  return {middle.x - size.width / 2, middle.y - size.height / 2, size.width, size.height};
}

cv::Point2f Between(cv::Point2f a, cv::Point2f b, float part) {
  return a + (b - a) * part;
}

FacePoint PointIn(const float* xy, cv::Size size) {
  return {xy[0] / static_cast<float>(size.width), xy[1] / static_cast<float>(size.height)};
}

}  // namespace

cv::Point2f MiddleOf(const cv::Rect2f& box) {
  return {box.x + box.width / 2, box.y + box.height / 2};
}

FoundFace Moved(const FoundFace& face, const Similarity& motion) {
  const float scale = motion.Scale();
  FoundFace moved = face;
  moved.box =
      BoxAround(motion.Of(MiddleOf(face.box)), {face.box.width * scale, face.box.height * scale});
  if (moved.landmarks) {
    for (auto& point : *moved.landmarks) point = motion.Of(point);
  }
  return moved;
}

FaceTrack::FaceTrack(std::uint32_t id, const FoundFace& found, const Timing& timing)
    : id_(id), timing_(timing), anchored_(found), newest_(found), asked_(found) {
  is_sure_ = found.confidence >= kSure;
}

void FaceTrack::Anchor(int grid) {
  since_asked_ = since_asked_.Then(motion_);
  anchored_ = newest_;
  motion_ = {};
  agreeing_ = 1;
  points_ = GridOver(anchored_.box, grid);
}

void FaceTrack::Flow(const LumaLevels& anchor, const LumaLevels& next, TimeDelta passed) {
  if (is_adrift_) return;
  const auto flow = FindFlow(anchor, next, points_, motion_);
  const FoundFace before = newest_;
  if (flow) newest_ = Moved(anchored_, flow->motion);
  const float step =
      static_cast<float>(cv::norm(MiddleOf(newest_.box) - MiddleOf(before.box)) / before.box.width);
  const float scale = newest_.box.width / before.box.width;
  if (!flow || step > kMostStep || scale > kMostStepScale || scale < 1 / kMostStepScale) {
    newest_ = before;
    is_adrift_ = true;
    return;
  }
  motion_ = flow->motion;
  agreeing_ = flow->agreeing;
  is_shaky_ = agreeing_ < kShaky;
  const auto seconds = static_cast<float>(std::max(0.001, passed.seconds_f()));
  speed_ += 0.3F * ((step + std::abs(scale - 1)) / seconds - speed_);
}

bool FaceTrack::is_doubtful() const {
  if (is_missed_ || is_adrift_) return missed_for_ < kHurry;
  return !is_sure_ || is_shaky_;
}

bool FaceTrack::wants_anchor() const {
  if (is_adrift_) return false;
  const float moved = static_cast<float>(cv::norm(MiddleOf(newest_.box) - MiddleOf(anchored_.box)));
  const float scale = motion_.Scale();
  return moved > kAnchorReach || scale > kAnchorScale || scale < 1 / kAnchorScale ||
         (is_shaky_ && !is_missed_);
}

float FaceTrack::DistanceTo(const FoundFace& found) const {
  if (is_dropped_) return 2;
  const auto lost = static_cast<float>(is_adrift_ ? missed_for_.seconds_f() : 0.0);
  const float reach = kReach + kReachPerSecond * lost;
  const float width = std::max(asked_.box.width, found.box.width);
  const auto apart = static_cast<float>(cv::norm(MiddleOf(asked_.box) - MiddleOf(found.box)));
  const float size = std::abs(std::log2(asked_.box.width / found.box.width));
  return std::hypot(apart / width / reach, size / 1.2F);
}

void FaceTrack::Believe(const FoundFace& found) {
  is_sure_ = true;
  is_missed_ = false;
  missed_for_ = TimeDelta::Zero();
  newest_.confidence = found.confidence;
}

void FaceTrack::Correct(const FoundFace& found) {
  Believe(found);
  const cv::Point2f middle = MiddleOf(asked_.box);
  const float off = std::max(static_cast<float>(cv::norm(MiddleOf(found.box) - middle)),
                             std::abs(found.box.width - asked_.box.width)) /
                    asked_.box.width;
  const float least = speed_ < kStillSpeed ? kLeastTrustStill : kLeastTrust;
  const float trust = std::clamp(least + kTrustSlope * (off - kNoise), least, 1.0F);
  FoundFace better = asked_;
  better.box = BoxAround(Between(middle, MiddleOf(found.box), trust),
                         {asked_.box.width + trust * (found.box.width - asked_.box.width),
                          asked_.box.height + trust * (found.box.height - asked_.box.height)});
  if (found.landmarks && better.landmarks) {
    for (std::size_t i = 0; i < better.landmarks->size(); ++i) {
      (*better.landmarks)[i] = Between((*better.landmarks)[i], (*found.landmarks)[i], trust);
    }
  } else if (found.landmarks) {
    better.landmarks = found.landmarks;
    steady_landmarks_.Restart();
  }
  anchored_ = Moved(better, since_asked_);
  newest_ = Moved(anchored_, motion_);
}

void FaceTrack::Revive(const FoundFace& found) {
  Believe(found);
  const auto landmarks = newest_.landmarks;
  newest_ = found;
  if (!newest_.landmarks) newest_.landmarks = landmarks;
  is_adrift_ = is_shaky_ = false;
}

void FaceTrack::Miss() {
  is_missed_ = true;
  if (!is_sure_) is_over_ = true;
}

void FaceTrack::Rescale(float factor) {
  newest_ = Moved(newest_, {factor, 0, {0, 0}});
  steady_box_.Rescale(factor);
  steady_landmarks_.Rescale(factor);
}

bool FaceTrack::IsLeaving(cv::Size size) const {
  const cv::Rect2f inside = newest_.box & cv::Rect2f(0, 0, static_cast<float>(size.width),
                                                     static_cast<float>(size.height));
  return inside.area() < kLeastInside * newest_.box.area() || newest_.box.width < kLeastWidth;
}

void FaceTrack::Age(TimeDelta passed, cv::Size size) {
  if (is_missed_ || is_adrift_) missed_for_ += passed;
  const bool stays = !is_dropped_ && missed_for_ < timing_.hold && !IsLeaving(size);
  const float step = Step(passed, is_dropped_ ? std::min(kDropFade, timing_.fade) : timing_.fade);
  presence_ = std::clamp(presence_ + (stays ? step : -step), 0.0F, 1.0F);
  if (!stays && presence_ == 0) is_over_ = true;
}

std::optional<Face> FaceTrack::Show(TimeDelta passed, cv::Size size) {
  if (!is_sure_) return std::nullopt;
  Age(passed, size);
  const float width = newest_.box.width;
  const cv::Point2f middle = MiddleOf(newest_.box);
  const auto& box =
      steady_box_.Step({middle.x, middle.y, newest_.box.width / 2, newest_.box.height / 2},
                       std::max(kLeastBand, kBoxBand * width));
  Face face;
  face.id = id_;
  face.presence = presence_;
  const float corner[2] = {box[0] - box[2], box[1] - box[3]};
  const float extent[2] = {2 * box[2], 2 * box[3]};
  const FacePoint at = PointIn(corner, size);
  const FacePoint sides = PointIn(extent, size);
  face.box = {at.x, at.y, sides.x, sides.y};
  if (newest_.landmarks) {
    Steady<10>::Values measured;
    for (std::size_t i = 0; i < 5; ++i) {
      measured[2 * i] = (*newest_.landmarks)[i].x;
      measured[2 * i + 1] = (*newest_.landmarks)[i].y;
    }
    const auto& xy = steady_landmarks_.Step(measured, std::max(kLeastBand, kLandmarkBand * width));
    face.landmarks =
        FaceLandmarks{PointIn(&xy[0], size), PointIn(&xy[2], size), PointIn(&xy[4], size),
                      PointIn(&xy[6], size), PointIn(&xy[8], size)};
  }
  return face;
}

}  // namespace onair::beauty
