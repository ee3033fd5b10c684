// SPDX-License-Identifier: Apache-2.0
//
// RTP timestamps as positions on the media line, both ways. They count in ticks of the payload
// format's clock from a random start and wrap after 13 hours (90 kHz) or a day (48 kHz).
#pragma once

#include <cstdint>
#include <optional>

#include "core/media/media_time.h"
#include "core/units/data.h"

namespace onair::rtp {

// RFC 6184 section 8.2.1, RFC 7798 section 7.1.
inline constexpr int kVideoClockRate = 90'000;
// RFC 7587 section 4.1.
inline constexpr int kOpusClockRate = 48'000;

// Half a tick is at most 6 us, so rounding both ways to the nearest gives a tick back exactly.
constexpr std::int64_t TicksOf(MediaTime time, int clock_rate) {
  const std::int64_t half = time >= MediaTime::Zero() ? 500'000 : -500'000;
  return units_internal::MultiplyDivide(time.us(), clock_rate, 1'000'000) +
         // The rest, rounded: whole products of both would not fit.
         (units_internal::Multiply(time.us() % 1'000'000, clock_rate) % 1'000'000 + half) /
             1'000'000;
}
constexpr MediaTime MediaOf(std::int64_t ticks, int clock_rate) {
  const std::int64_t half = ticks >= 0 ? clock_rate / 2 : -(clock_rate / 2);
  return MediaTime::Micros(
      units_internal::MultiplyDivide(ticks, 1'000'000, clock_rate) +
      (units_internal::Multiply(ticks % clock_rate, 1'000'000) % clock_rate + half) / clock_rate);
}

// A sender's clock: `start` is random (RFC 3550 section 5.1).
struct SendClock {
  int clock_rate = kVideoClockRate;  // Hz, > 0.
  std::uint32_t start = 0;           // The timestamp of media time zero.

  constexpr std::uint32_t RtpOf(MediaTime time) const {
    return start + static_cast<std::uint32_t>(TicksOf(time, clock_rate));
  }
};

// Straightens a receiver's timestamps: each is taken for the one nearest to the last one, so that
// pictures may come up to 6 hours out of order. The first stands at `origin`.
class ReceiveClock {
 public:
  explicit ReceiveClock(int clock_rate, MediaTime origin = MediaTime::Zero())
      : clock_rate_(clock_rate), origin_(origin) {}

  MediaTime MediaTimeOf(std::uint32_t timestamp) {
    if (!last_) {
      first_ = timestamp;
      last_ = timestamp;
    }
    const auto step = static_cast<std::int32_t>(timestamp - static_cast<std::uint32_t>(*last_));
    last_ = *last_ + step;
    return origin_ + (MediaOf(*last_ - first_, clock_rate_) - MediaTime::Zero());
  }

  int clock_rate() const { return clock_rate_; }

 private:
  int clock_rate_;
  MediaTime origin_;
  std::int64_t first_ = 0;
  std::optional<std::int64_t> last_;
};

}  // namespace onair::rtp
