// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <cmath>
#include <cstdint>

#include "core/media/media_time.h"
#include "core/units/data.h"

namespace onair {

// Pictures per second as an exact fraction, so that an hour of 29.97 does not drift.
class FrameRate {
 public:
  // The fraction meant by a decimal number: 29.97 and 23.976 become 30000/1001 and
  // 24000/1001, anything else thousandths. `per_second` in [0.001, 1000], else clamped.
  static FrameRate Nearest(double per_second) {
    const double wanted = per_second >= 0.001 ? std::fmin(per_second, 1000.0) : 0.001;
    const double whole = std::round(wanted);
    const double ntsc = std::round(wanted * 1.001) * 1000 / 1001;
    // Source: ours; 23.98 and 59.94 are the coarsest spellings in use (off by 0.004).
    constexpr double kSpelling = 0.005;
    if (ntsc > 0 && std::fabs(whole - wanted) > 1e-6 && std::fabs(ntsc - wanted) < kSpelling) {
      return FrameRate(std::llround(wanted * 1.001) * 1000, 1001);
    }
    return FrameRate(std::llround(wanted * 1000), 1000);
  }
  // Both > 0.
  static constexpr FrameRate Fraction(std::int64_t numerator, std::int64_t denominator) {
    return FrameRate(numerator, denominator);
  }

  constexpr double per_second() const {
    return static_cast<double>(numerator_) / static_cast<double>(denominator_);
  }
  // When picture `n` begins, rounded down to a microsecond.
  constexpr MediaTime TimeOf(std::int64_t n) const {
    return MediaTime::Micros(units_internal::MultiplyDivide(
        n, units_internal::Multiply(denominator_, 1'000'000), numerator_));
  }
  // The first picture that begins at `seconds` or later.
  constexpr std::int64_t FirstFrom(std::int64_t seconds) const {
    return (seconds * numerator_ + denominator_ - 1) / denominator_;
  }
  constexpr TimeDelta interval() const { return TimeOf(1) - MediaTime::Zero(); }

  constexpr bool operator==(const FrameRate&) const = default;

 private:
  constexpr FrameRate(std::int64_t numerator, std::int64_t denominator)
      : numerator_(numerator), denominator_(denominator) {}

  std::int64_t numerator_;
  std::int64_t denominator_;
};

}  // namespace onair
