// SPDX-License-Identifier: Apache-2.0
#include "beauty/face/detection_pace.h"

#include <algorithm>

namespace onair::beauty {
namespace {

// In parts of the interval for people who move. Source: ours; face_bench, 2026-11-21.
constexpr double kSame = 5;
constexpr double kStill = 3;
constexpr double kDoubtful = 0.5;
// The detector rests at least half of the time: on a phone it shares the cores with the encoder.
constexpr double kLeastRest = 2;
// A detector that fails is asked ever more rarely, up to 32 intervals.
constexpr int kMostDoublings = 5;
// Pictures are not evenly spaced: half a picture early is on time.
constexpr TimeDelta kEarly = TimeDelta::Millis(8);

}  // namespace

bool DetectionPace::OnPicture(TimeDelta passed, SceneState state) {
  since_asked_ = since_asked_ + passed;
  return since_asked_ + kEarly >= Interval(state);
}

TimeDelta DetectionPace::Interval(SceneState state) const {
  TimeDelta interval = every_;
  switch (state) {
    case SceneState::kSame:
      interval = every_.Scaled(kSame);
      break;
    case SceneState::kStill:
      interval = every_.Scaled(kStill);
      break;
    case SceneState::kLively:
      break;
    case SceneState::kDoubtful:
      interval = every_.Scaled(kDoubtful);
      break;
    case SceneState::kCut:
      break;
  }
  if (failures_in_a_row_ > 0) return every_.Scaled(1 << failures_in_a_row_);
  if (state == SceneState::kCut) return TimeDelta::Zero();
  return std::max(interval, took_.Scaled(kLeastRest));
}

void DetectionPace::OnAsked() {
  since_asked_ = TimeDelta::Zero();
}

void DetectionPace::OnAnswered(TimeDelta took) {
  took_ = took;
  failures_in_a_row_ = 0;
}

void DetectionPace::OnFailed() {
  failures_in_a_row_ = std::min(failures_in_a_row_ + 1, kMostDoublings);
}

}  // namespace onair::beauty
