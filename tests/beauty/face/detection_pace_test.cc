// SPDX-License-Identifier: Apache-2.0
#include "beauty/face/detection_pace.h"

#include <catch2/catch.hpp>

using namespace onair;
using namespace onair::beauty;

namespace {

constexpr TimeDelta kPicture = TimeDelta::Micros(33'333);

// Pictures from one detection to the next.
int PicturesUntilDue(DetectionPace& pace, SceneState state) {
  for (int i = 1; i < 1000; ++i) {
    if (pace.OnPicture(kPicture, state)) {
      pace.OnAsked();
      return i;
    }
  }
  return 1000;
}

DetectionPace Started() {
  DetectionPace pace(TimeDelta::Millis(200));
  static_cast<void>(pace.OnPicture(TimeDelta::Zero(), SceneState::kLively));
  pace.OnAsked();
  pace.OnAnswered(TimeDelta::Millis(5));
  return pace;
}

}  // namespace

TEST_CASE("The first picture is detected at once") {
  DetectionPace pace(TimeDelta::Millis(200));

  CHECK(pace.OnPicture(TimeDelta::Zero(), SceneState::kLively));
}

TEST_CASE("The less a scene moves the rarer it is detected") {
  const auto [state, pictures] = GENERATE(table<SceneState, int>({{SceneState::kCut, 1},
                                                                  {SceneState::kDoubtful, 3},
                                                                  {SceneState::kLively, 6},
                                                                  {SceneState::kStill, 18},
                                                                  {SceneState::kSame, 30}}));
  DetectionPace pace = Started();

  CHECK(PicturesUntilDue(pace, state) == pictures);
}

TEST_CASE("A slow detector rests as long as it works") {
  DetectionPace pace = Started();
  pace.OnAnswered(TimeDelta::Millis(250));

  CHECK(PicturesUntilDue(pace, SceneState::kLively) == 15);
  CHECK(PicturesUntilDue(pace, SceneState::kDoubtful) == 15);
}

TEST_CASE("A detector that fails is asked ever more rarely, and at the old pace when it is back") {
  DetectionPace pace = Started();

  pace.OnFailed();
  CHECK(PicturesUntilDue(pace, SceneState::kLively) == 12);
  pace.OnFailed();
  CHECK(PicturesUntilDue(pace, SceneState::kLively) == 24);
  for (int i = 0; i < 100; ++i) pace.OnFailed();
  CHECK(PicturesUntilDue(pace, SceneState::kCut) == 192);

  pace.OnAnswered(TimeDelta::Millis(5));
  CHECK(PicturesUntilDue(pace, SceneState::kLively) == 6);
}
