// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstdint>
#include <opencv2/core.hpp>
#include <optional>
#include <vector>

#include "beauty/face/flow.h"
#include "beauty/face/steady.h"
#include "core/media/face.h"
#include "core/units/time.h"

namespace onair::beauty {

// Speeds in face widths a second. Source: ours; speech stays under the first.
inline constexpr float kStillSpeed = 0.15F;
inline constexpr float kFastSpeed = 1.5F;

// Everything in here is in pixels of the small picture.
using Landmarks = std::array<cv::Point2f, 5>;
struct FoundFace {
  cv::Rect2f box;
  std::optional<Landmarks> landmarks;
  float confidence = 0;
};

cv::Point2f MiddleOf(const cv::Rect2f& box);
FoundFace Moved(const FoundFace& face, const Similarity& motion);

// One face over pictures. Its flow starts from an anchor, a picture that all tracks share: a
// still face then gathers no drift. single-owner.
class FaceTrack {
 public:
  struct Timing {
    TimeDelta hold;
    TimeDelta fade;
  };
  // `found` is where the face is in the newest picture, the anchor to be.
  FaceTrack(std::uint32_t id, const FoundFace& found, const Timing& timing);

  // The newest picture becomes the anchor; `grid` points a side are followed from it.
  void Anchor(int grid);
  // Follows the face to the next picture, `passed` later.
  void Flow(const LumaLevels& anchor, const LumaLevels& next, TimeDelta passed);

  // A detection was asked for in the newest picture.
  void MarkAsked() {
    asked_ = newest_;
    since_asked_ = {};
  }
  // How unlike the face asked about and `found` are; 1 and above is another face.
  float DistanceTo(const FoundFace& found) const;
  // It was found in the asked picture, while the flow held.
  void Correct(const FoundFace& found);
  // It was found again after the flow had lost it; `found` is moved to the newest picture.
  void Revive(const FoundFace& found);
  void Miss();
  // The scene changed: leaves quickly.
  void Drop() {
    is_dropped_ = true;
    is_adrift_ = true;
  }
  void Rescale(float factor);

  // Is wholly there, without a fade.
  void AppearAtOnce() { presence_ = 1; }

  // Ages by `passed` and gives the face to show, in fractions of `size`. Nothing: not yet sure.
  std::optional<Face> Show(TimeDelta passed, cv::Size size);

  bool is_over() const { return is_over_; }
  bool is_adrift() const { return is_adrift_; }
  bool is_doubtful() const;
  bool wants_anchor() const;
  float speed() const { return speed_; }  // Face widths a second, smoothed.

 private:
  void Age(TimeDelta passed, cv::Size size);
  bool IsLeaving(cv::Size size) const;
  void Believe(const FoundFace& found);

  std::uint32_t id_;
  Timing timing_;

  FoundFace anchored_;      // In the anchor picture.
  FoundFace newest_;        // In the newest.
  FoundFace asked_;         // In the picture that a detection was asked for.
  Similarity motion_;       // Anchor to newest.
  Similarity since_asked_;  // Asked to anchor.
  std::vector<cv::Point2f> points_;
  float agreeing_ = 1;
  float speed_ = 0;

  bool is_sure_ = false;    // Seen well, or twice.
  bool is_missed_ = false;  // The last detection did not see it.
  bool is_adrift_ = false;  // The flow lost it: it stands where it was.
  bool is_shaky_ = false;   // Few points agree.
  bool is_dropped_ = false;
  bool is_over_ = false;
  TimeDelta missed_for_ = TimeDelta::Zero();
  float presence_ = 0;
  Steady<4> steady_box_;
  Steady<10> steady_landmarks_;
};

}  // namespace onair::beauty
