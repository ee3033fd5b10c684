// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cstdint>

#include "core/units/time.h"

namespace onair::twin {

// What somebody saw of a live stream: how old the picture before him was, and how often it stood
// still. Pure.
class PictureMeter {
 public:
  // A longer gap between two pictures is a stall. Source: ours; stricter than Agora's 500 ms and
  // Tencent's 800 ms.
  static constexpr TimeDelta kStallGap = TimeDelta::Millis(200);

  // What is shown before `from` is not counted.
  explicit PictureMeter(Timestamp from) : from_(from) {}

  // In the order of `at`.
  void Shown(Timestamp captured_at, Timestamp at) {
    ++shown_;
    if (last_at_.is_finite() && last_at_ >= from_) Count(at - last_at_, at);
    last_at_ = at;
    last_captured_ = captured_at;
  }

  std::int64_t shown() const { return shown_; }
  std::int64_t stalls() const { return stalls_; }
  TimeDelta watched() const { return watched_; }
  // What gaps took beyond kStallGap.
  TimeDelta frozen() const { return frozen_; }
  double StallsPer100s() const { return Per(100.0 * static_cast<double>(stalls_)); }
  double FrozenPercent() const { return Per(100.0 * frozen_.seconds_f()); }
  // Of the picture on the screen, over all the time that it stood there.
  TimeDelta MeanDelay() const { return TimeDelta::SecondsF(Per(age_)); }

 private:
  double Per(double sum) const {
    return watched_ > TimeDelta::Zero() ? sum / watched_.seconds_f() : 0;
  }
  void Count(TimeDelta gap, Timestamp at) {
    watched_ += gap;
    const TimeDelta mean = (last_at_ - last_captured_ + (at - last_captured_)).Scaled(0.5);
    age_ += mean.seconds_f() * gap.seconds_f();
    if (gap <= kStallGap) return;
    ++stalls_;
    frozen_ += gap - kStallGap;
  }

  Timestamp from_;
  Timestamp last_at_ = Timestamp::MinusInfinity();
  Timestamp last_captured_ = Timestamp::MinusInfinity();
  std::int64_t shown_ = 0;
  std::int64_t stalls_ = 0;
  TimeDelta frozen_ = TimeDelta::Zero();
  TimeDelta watched_ = TimeDelta::Zero();
  double age_ = 0;  // Seconds squared.
};

}  // namespace onair::twin
