// SPDX-License-Identifier: Apache-2.0
//
// Positions in media and on the wall. Neither mixes with Timestamp, the driver's monotonic
// time: ClockMap converts MediaTime, and UtcTime is only ever carried and compared.
#pragma once

#include <compare>
#include <cstdint>

#include "core/units/time.h"

namespace onair {

// Position on the media line, microseconds from the stream's start. Audio and video of one
// stream share one line.
class MediaTime {
 public:
  // From microseconds.
  static constexpr MediaTime Micros(std::int64_t us) { return MediaTime(us); }
  // From milliseconds; saturates.
  static constexpr MediaTime Millis(std::int64_t ms) {
    return MediaTime(units_internal::Multiply(ms, 1'000));
  }
  // The stream's start.
  static constexpr MediaTime Zero() { return MediaTime(0); }

  // In microseconds.
  constexpr std::int64_t us() const { return us_; }
  // In whole milliseconds, towards zero.
  constexpr std::int64_t ms() const { return us_ / 1'000; }

  constexpr auto operator<=>(const MediaTime&) const = default;
  constexpr MediaTime operator+(TimeDelta d) const {
    return MediaTime(units_internal::Add(us_, d.us()));
  }
  constexpr MediaTime operator-(TimeDelta d) const {
    return MediaTime(units_internal::Add(us_, units_internal::Negate(d.us())));
  }
  constexpr TimeDelta operator-(MediaTime o) const {
    return TimeDelta::Micros(units_internal::Add(us_, units_internal::Negate(o.us_)));
  }
  constexpr MediaTime& operator+=(TimeDelta d) { return *this = *this + d; }

 private:
  explicit constexpr MediaTime(std::int64_t us) : us_(us) {}
  std::int64_t us_;
};

// Wall-clock time, microseconds since 1970-01-01T00:00:00Z. Carried in streams (SEI) to
// measure delay between machines; never used to schedule anything.
class UtcTime {
 public:
  // From microseconds since 1970.
  static constexpr UtcTime Micros(std::int64_t us) { return UtcTime(us); }

  // In microseconds since 1970.
  constexpr std::int64_t us() const { return us_; }

  constexpr auto operator<=>(const UtcTime&) const = default;
  constexpr UtcTime operator+(TimeDelta d) const {
    return UtcTime(units_internal::Add(us_, d.us()));
  }
  constexpr TimeDelta operator-(UtcTime o) const {
    return TimeDelta::Micros(units_internal::Add(us_, units_internal::Negate(o.us_)));
  }

 private:
  explicit constexpr UtcTime(std::int64_t us) : us_(us) {}
  std::int64_t us_;
};

// The moment something was captured, on both clocks at once.
struct CaptureTime {
  Timestamp at;
  UtcTime utc;
};

// A straight line between driver time and media time: at `anchor_at` the media position is
// `anchor_media`, and it moves `rate` media seconds per second. Pure value; rate > 0.
struct ClockMap {
  Timestamp anchor_at;
  MediaTime anchor_media;
  double rate = 1.0;

  // When a position is reached.
  constexpr Timestamp AtOf(MediaTime media) const {
    return anchor_at + (media - anchor_media).Scaled(1.0 / rate);
  }
  // Which position is reached then.
  constexpr MediaTime MediaOf(Timestamp at) const {
    return anchor_media + (at - anchor_at).Scaled(rate);
  }
};

}  // namespace onair
