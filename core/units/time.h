// SPDX-License-Identifier: Apache-2.0
//
// Time as types. Neither has a default constructor: an unset time does not exist, write
// std::optional. Arithmetic keeps the infinities and saturates at them.
#pragma once

#include <compare>
#include <cstdint>
#include <limits>

namespace onair {

namespace units_internal {
inline constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
inline constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();

constexpr bool IsInfinite(std::int64_t v) {
  return v == kMax || v == kMin;
}
// Of two infinities the first wins.
constexpr std::int64_t Add(std::int64_t a, std::int64_t b) {
  if (IsInfinite(a)) return a;
  if (IsInfinite(b)) return b;
  std::int64_t sum = 0;
  if (__builtin_add_overflow(a, b, &sum)) return b > 0 ? kMax : kMin;
  return sum;
}
constexpr std::int64_t Negate(std::int64_t a) {
  if (a == kMin) return kMax;
  if (a == kMax) return kMin;
  return -a;
}
constexpr std::int64_t Multiply(std::int64_t a, std::int64_t b) {
  std::int64_t product = 0;
  const bool is_too_large = __builtin_mul_overflow(a, b, &product);
  if (!is_too_large && !(IsInfinite(a) && b != 0)) return product;
  return (a > 0) == (b > 0) ? kMax : kMin;
}
// Towards zero, saturating; NaN gives zero.
constexpr std::int64_t FromDouble(double v) {
  if (v >= 0x1.0p63) return kMax;
  if (v < -0x1.0p63) return kMin;
  return v == v ? static_cast<std::int64_t>(v) : 0;
}
}  // namespace units_internal

// A span of time, signed, microseconds.
class TimeDelta {
 public:
  // From microseconds; the two ends of the type are the infinities.
  static constexpr TimeDelta Micros(std::int64_t us) { return TimeDelta(us); }
  // From milliseconds; saturates.
  static constexpr TimeDelta Millis(std::int64_t ms) {
    return TimeDelta(units_internal::Multiply(ms, 1'000));
  }
  // From seconds; saturates.
  static constexpr TimeDelta Seconds(std::int64_t s) {
    return TimeDelta(units_internal::Multiply(s, 1'000'000));
  }
  // From seconds with a fraction, towards zero; saturates, NaN gives zero.
  static constexpr TimeDelta SecondsF(double s) {
    return TimeDelta(units_internal::FromDouble(s * 1e6));
  }
  // No time.
  static constexpr TimeDelta Zero() { return TimeDelta(0); }
  // Longer than any other.
  static constexpr TimeDelta PlusInfinity() { return TimeDelta(units_internal::kMax); }
  // Shorter than any other.
  static constexpr TimeDelta MinusInfinity() { return TimeDelta(units_internal::kMin); }

  // In microseconds.
  constexpr std::int64_t us() const { return us_; }
  constexpr std::int64_t ms() const { return us_ / 1'000; }  // Towards zero.
  // In milliseconds.
  constexpr double ms_f() const { return static_cast<double>(us_) / 1e3; }
  // In seconds.
  constexpr double seconds_f() const { return static_cast<double>(us_) / 1e6; }
  // Whether it is neither infinity.
  constexpr bool is_finite() const { return !units_internal::IsInfinite(us_); }

  constexpr auto operator<=>(const TimeDelta&) const = default;
  constexpr TimeDelta operator+(TimeDelta d) const {
    return TimeDelta(units_internal::Add(us_, d.us_));
  }
  constexpr TimeDelta operator-(TimeDelta d) const {
    return TimeDelta(units_internal::Add(us_, units_internal::Negate(d.us_)));
  }
  constexpr TimeDelta operator-() const { return TimeDelta(units_internal::Negate(us_)); }
  constexpr TimeDelta& operator+=(TimeDelta d) { return *this = *this + d; }
  constexpr TimeDelta& operator-=(TimeDelta d) { return *this = *this - d; }
  constexpr TimeDelta operator*(std::int64_t k) const {
    return TimeDelta(units_internal::Multiply(us_, k));
  }
  // Rounds towards zero; k > 0.
  constexpr TimeDelta operator/(std::int64_t k) const {
    return is_finite() ? TimeDelta(us_ / k) : *this;
  }
  // Rounds towards zero.
  constexpr TimeDelta Scaled(double k) const {
    if (!is_finite()) return *this;
    return TimeDelta(units_internal::FromDouble(static_cast<double>(us_) * k));
  }

 private:
  explicit constexpr TimeDelta(std::int64_t us) : us_(us) {}
  std::int64_t us_;
};

// Monotonic driver time. Its zero means nothing; only differences do. Time on the media
// line is MediaTime, wall-clock time is UtcTime; the three never mix.
class Timestamp {
 public:
  // From microseconds of the driver's clock (runtime::Now()).
  static constexpr Timestamp Micros(std::int64_t us) { return Timestamp(us); }
  // A moment like any other; where virtual time begins.
  static constexpr Timestamp Zero() { return Timestamp(0); }
  // Never.
  static constexpr Timestamp PlusInfinity() { return Timestamp(units_internal::kMax); }
  // Before every other moment.
  static constexpr Timestamp MinusInfinity() { return Timestamp(units_internal::kMin); }

  // In microseconds.
  constexpr std::int64_t us() const { return us_; }
  // Whether it is neither infinity.
  constexpr bool is_finite() const { return !units_internal::IsInfinite(us_); }

  constexpr auto operator<=>(const Timestamp&) const = default;
  constexpr Timestamp operator+(TimeDelta d) const {
    return Timestamp(units_internal::Add(us_, d.us()));
  }
  constexpr Timestamp operator-(TimeDelta d) const {
    return Timestamp(units_internal::Add(us_, units_internal::Negate(d.us())));
  }
  constexpr TimeDelta operator-(Timestamp o) const {
    return TimeDelta::Micros(units_internal::Add(us_, units_internal::Negate(o.us_)));
  }
  constexpr Timestamp& operator+=(TimeDelta d) { return *this = *this + d; }

 private:
  explicit constexpr Timestamp(std::int64_t us) : us_(us) {}
  std::int64_t us_;
};

}  // namespace onair
