// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/units/time.h"

namespace onair::beauty {

// What there is to see, from still to moving.
enum class SceneState {
  kSame = 1,      // No face known, and the picture as it was when none was found.
  kStill = 2,     // Faces, and none of them moves.
  kLively = 3,    // People do what people do; or no face is known.
  kDoubtful = 4,  // A face is fast, unsure, missed or lost.
  kCut = 5,       // All is new.
};

// Decides when the next detection is due. Fed with the time that passed. pure, single-owner.
class DetectionPace {
 public:
  explicit DetectionPace(TimeDelta detect_every) : every_(detect_every) {}

  // One picture, `passed` after the one before. Whether a detection is due now.
  [[nodiscard]] bool OnPicture(TimeDelta passed, SceneState state);

  void OnAsked();
  // An answer came `took` after it was asked for.
  void OnAnswered(TimeDelta took);
  void OnFailed();

 private:
  TimeDelta Interval(SceneState state) const;

  const TimeDelta every_;
  TimeDelta since_asked_ = TimeDelta::PlusInfinity();
  TimeDelta took_ = TimeDelta::Zero();
  int failures_in_a_row_ = 0;
};

}  // namespace onair::beauty
