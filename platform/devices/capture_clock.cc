// SPDX-License-Identifier: Apache-2.0
#include "platform/devices/capture_clock.h"

namespace onair::devices {
namespace {

constexpr TimeDelta kOldest = TimeDelta::Seconds(1);
// A stamp may be a little ahead of our own reading: rounding, and pulse's smoothing filter.
constexpr TimeDelta kAhead = TimeDelta::Millis(10);
constexpr TimeDelta kJump = TimeDelta::Millis(60);

bool IsRecent(TimeDelta age) {
  return age >= -kAhead && age <= kOldest;
}

}  // namespace

std::optional<Timestamp> CaptureMoment(std::optional<std::int64_t> stamp_us,
                                       const CaptureTime& arrival) {
  if (!stamp_us) return std::nullopt;
  const TimeDelta monotonic_age = arrival.at - Timestamp::Micros(*stamp_us);
  if (IsRecent(monotonic_age)) return Timestamp::Micros(*stamp_us);
  const TimeDelta wall_age = arrival.utc - UtcTime::Micros(*stamp_us);
  if (IsRecent(wall_age)) return arrival.at - wall_age;
  return std::nullopt;
}

Timestamp SoundClock::OnBlock(Timestamp measured, TimeDelta duration) {
  Timestamp at = measured;
  if (next_) {
    const TimeDelta off = measured - *next_;
    if (off <= kJump && off >= -kJump) at = *next_ + off / 32;
  }
  next_ = at + duration;
  return at;
}

}  // namespace onair::devices
