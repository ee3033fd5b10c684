// SPDX-License-Identifier: Apache-2.0
//
// Amounts and rates as types: size / time = rate, size / rate = time, rate * time = size.
#pragma once

#include <compare>
#include <cstdint>

#include "core/units/time.h"

namespace onair {

// Bytes, signed so that differences exist.
class DataSize {
 public:
  // From bytes.
  static constexpr DataSize Bytes(std::int64_t bytes) { return DataSize(bytes); }
  // From units of 1024 bytes; saturates.
  static constexpr DataSize Kibibytes(std::int64_t k) {
    return DataSize(units_internal::Multiply(k, 1024));
  }
  // From units of 1024 * 1024 bytes; saturates.
  static constexpr DataSize Mebibytes(std::int64_t m) {
    return DataSize(units_internal::Multiply(m, 1024 * 1024));
  }
  // Nothing.
  static constexpr DataSize Zero() { return DataSize(0); }

  // In bytes.
  constexpr std::int64_t bytes() const { return bytes_; }

  constexpr auto operator<=>(const DataSize&) const = default;
  constexpr DataSize operator+(DataSize d) const {
    return DataSize(units_internal::Add(bytes_, d.bytes_));
  }
  constexpr DataSize operator-(DataSize d) const {
    return DataSize(units_internal::Add(bytes_, units_internal::Negate(d.bytes_)));
  }
  constexpr DataSize& operator+=(DataSize d) { return *this = *this + d; }
  constexpr DataSize& operator-=(DataSize d) { return *this = *this - d; }

 private:
  explicit constexpr DataSize(std::int64_t bytes) : bytes_(bytes) {}
  std::int64_t bytes_;
};

// Bits per second.
class DataRate {
 public:
  // From bits per second.
  static constexpr DataRate BitsPerSec(std::int64_t bps) { return DataRate(bps); }
  // From 1000 bits per second; saturates.
  static constexpr DataRate KilobitsPerSec(std::int64_t kbps) {
    return DataRate(units_internal::Multiply(kbps, 1'000));
  }
  // Nothing at all.
  static constexpr DataRate Zero() { return DataRate(0); }

  // In bits per second.
  constexpr std::int64_t bps() const { return bps_; }
  // In 1000 bits per second.
  constexpr double kbps_f() const { return static_cast<double>(bps_) / 1e3; }

  constexpr auto operator<=>(const DataRate&) const = default;
  constexpr DataRate operator+(DataRate r) const {
    return DataRate(units_internal::Add(bps_, r.bps_));
  }
  constexpr DataRate operator-(DataRate r) const {
    return DataRate(units_internal::Add(bps_, units_internal::Negate(r.bps_)));
  }
  // `k` times as much, towards zero, saturating; NaN gives zero.
  constexpr DataRate Scaled(double k) const {
    return DataRate(units_internal::FromDouble(static_cast<double>(bps_) * k));
  }

 private:
  explicit constexpr DataRate(std::int64_t bps) : bps_(bps) {}
  std::int64_t bps_;
};

namespace units_internal {
// a * b / c in 128 bits, saturating; c > 0.
constexpr std::int64_t MultiplyDivide(std::int64_t a, std::int64_t b, std::int64_t c) {
  __extension__ using Wide = __int128;
  const Wide value = static_cast<Wide>(a) * b / c;
  if (value > static_cast<Wide>(kMax)) return kMax;
  if (value < static_cast<Wide>(kMin)) return kMin;
  return static_cast<std::int64_t>(value);
}
}  // namespace units_internal

// Zero for a span that is not positive.
constexpr DataRate operator/(DataSize size, TimeDelta span) {
  if (span <= TimeDelta::Zero()) return DataRate::Zero();
  return DataRate::BitsPerSec(units_internal::MultiplyDivide(size.bytes(), 8'000'000, span.us()));
}

// Infinity for a rate that is not positive.
constexpr TimeDelta operator/(DataSize size, DataRate rate) {
  if (rate <= DataRate::Zero()) return TimeDelta::PlusInfinity();
  return TimeDelta::Micros(units_internal::MultiplyDivide(size.bytes(), 8'000'000, rate.bps()));
}

// Rounds down to whole bytes.
constexpr DataSize operator*(DataRate rate, TimeDelta span) {
  return DataSize::Bytes(units_internal::MultiplyDivide(rate.bps(), span.us(), 8'000'000));
}

}  // namespace onair
