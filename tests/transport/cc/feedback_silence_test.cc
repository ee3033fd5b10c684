// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/feedback_silence.h"

#include "tests/transport/cc/words.h"

namespace onair::cc {

TEST_CASE("Silence is due after half a second or three round trips, and each half second again") {
  FeedbackSilence silence;
  silence.OnFeedback(At(0));
  CHECK_FALSE(silence.IsDue(TimeDelta::Millis(50), At(400)));
  CHECK(silence.IsDue(TimeDelta::Millis(50), At(500)));
  CHECK_FALSE(silence.IsDue(TimeDelta::Millis(50), At(900)));
  CHECK(silence.IsDue(TimeDelta::Millis(50), At(1000)));
  silence.OnFeedback(At(2000));
  CHECK_FALSE(silence.IsDue(TimeDelta::Millis(400), At(3100)));
  CHECK(silence.IsDue(TimeDelta::Millis(400), At(3200)));
}

TEST_CASE("Silence does not count while nothing is under way") {
  FeedbackSilence silence;
  silence.OnFeedback(At(0));
  silence.OnIdle(At(10'000));
  CHECK_FALSE(silence.IsDue(TimeDelta::Millis(50), At(10'400)));
}

}  // namespace onair::cc
