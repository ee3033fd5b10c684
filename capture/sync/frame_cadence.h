// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "core/base/result.h"
#include "core/media/media_time.h"

namespace onair::capture {

// When a picture is shown again.
enum class RepeatMode {
  kKeepAlive = 1,  // Only after `repeat_after` without a picture.
  kFullRate = 2,   // In every slot of the target rate that the source leaves empty.
};

struct FrameCadenceConfig {
  // Pictures per second that may pass. Range (0, 120].
  double frame_rate = 30;

  RepeatMode repeat = RepeatMode::kKeepAlive;

  // A source that is silent this long has its last picture repeated, again and again, so
  // that servers do not time out. Range [50 ms, 10 s]. Shorter costs bits; longer delays
  // what a joining viewer sees.
  // Source: ours; servers give up after 5 s and more, players show a stall after 1 s.
  TimeDelta repeat_after = TimeDelta::Millis(500);

  // Ok, or kInvalidConfig whose detail names the first field out of range.
  [[nodiscard]] Status Validate() const;
};

struct FrameDecision {
  enum class Choice { kPass = 1, kDrop = 2 };
  Choice choice;
  const char* reason;  // For traces and tests.
};

// Decides which pictures of the session line go to the encoder. The driver keeps the newest
// picture, passed or not: that one is repeated. pure decider.
class FrameCadence {
 public:
  explicit FrameCadence(const FrameCadenceConfig& config);

  // From EncoderTarget; range as in the config, others are ignored.
  void SetFrameRate(double frame_rate);

  // A picture came. `at` rises from call to call.
  [[nodiscard]] FrameDecision OnPicture(MediaTime at);

  // When the newest picture goes (again) if no other comes before; empty before the first.
  std::optional<MediaTime> RepeatAt() const;

  // It is `now`: the line position at which the newest picture is to be sent again, empty
  // when it is too early. Never more than one for one call; what was missed is skipped.
  [[nodiscard]] std::optional<MediaTime> OnTime(MediaTime now);

 private:
  TimeDelta interval() const;

  FrameCadenceConfig config_;
  std::optional<MediaTime> next_slot_;
  std::optional<MediaTime> last_out_;
  std::optional<MediaTime> held_back_;  // Time of a newest picture that was dropped.
  bool last_was_repeat_ = false;
};

}  // namespace onair::capture
