// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>

#include "core/media/encoder_target.h"
#include "core/media/media_time.h"
#include "core/units/time.h"

namespace onair::rtp {

// How much of what an encoder gives may wait to leave when the next picture comes: a picture and a
// half. What is over is best not encoded; pictures that come all the same, long after the encoder
// was told, are given up whole. A decider; pure.
class FrameBudget {
 public:
  // So many pictures' time until the queue is empty, and no more are wanted: what is decided now is
  // for the picture that comes one later, which finds a picture and a half, the one that leaves and
  // half of the next.
  // Source: ours; onair-twin's targets, encoders 33 ms late. At 1.5 each key frame cost two
  // pictures behind it and left the line idle.
  static constexpr double kMostWaiting = 2.5;
  // A picture is given up that would wait behind one this many pictures older, and for longer than
  // the above: that costs a key frame, so it is not for those that an encoder has inside when it
  // is told to pause.
  // Source: ours; giving up at 1.5 made key frames beget key frames wherever those were 6 times the
  // mean (soak_test.cc: 12 % of the pictures).
  static constexpr double kGivenUp = 3.5;
  // What is left of the queue when encoding goes on: when the next picture is here, half of one.
  static constexpr double kLeastWaiting = 1.5;

  // A picture is about to be queued.
  void OnPicture(MediaTime dts) {
    if (last_) gaps_[next_++ % gaps_.size()] = dts - *last_;
    last_ = dts;
  }

  // What a picture finds before it.
  struct Queue {
    TimeDelta waited;     // The oldest picture, so far.
    TimeDelta drains_in;  // Until all that waits has left.
  };
  bool Takes(const Queue& queue) const {
    return queue.waited <= Pictures(kGivenUp) || queue.drains_in <= Pictures(kMostWaiting);
  }

  // `drains_in`: until all that waits has left. The wish of the queue, if it is another than
  // before.
  std::optional<Intake> OnQueue(TimeDelta drains_in) {
    const bool was_open = intake_ == Intake::kOpen;
    const bool is_open = drains_in <= Pictures(was_open ? kMostWaiting : kLeastWaiting);
    if (is_open == was_open) return std::nullopt;
    intake_ = is_open ? Intake::kOpen : Intake::kPaused;
    return intake_;
  }

  // Between two pictures, where none is left out: pauses are longer.
  TimeDelta interval() const {
    return std::clamp(*std::min_element(gaps_.begin(), gaps_.end()), kLeast, kMost);
  }

 private:
  static constexpr TimeDelta kLeast = TimeDelta::Millis(8);   // 120 a second.
  static constexpr TimeDelta kMost = TimeDelta::Millis(100);  // Until more is known.
  static constexpr std::size_t kGaps = 4;

  TimeDelta Pictures(double count) const { return interval().Scaled(count); }

  std::array<TimeDelta, kGaps> gaps_{kMost, kMost, kMost, kMost};
  std::size_t next_ = 0;
  std::optional<MediaTime> last_;
  Intake intake_ = Intake::kOpen;
};

}  // namespace onair::rtp
