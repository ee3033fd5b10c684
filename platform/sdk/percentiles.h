// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/units/time.h"

namespace onair {

// A distribution of spans in bounded memory: buckets grow by 1/64 of their value, so a
// quantile is within 0.8 % (and 0.05 ms) of the true one. Negative spans are kept apart by
// sign. Pure.
class Percentiles {
 public:
  // Counts one more, finite; all from 105 s on count alike but in max() and min().
  void Add(TimeDelta value);

  // q in [0, 1]; empty when nothing was added.
  std::optional<TimeDelta> Quantile(double q) const;
  std::optional<TimeDelta> max() const;  // Exact; empty when nothing was added, as the next.
  std::optional<TimeDelta> min() const;  // Exact.
  // How many were added.
  std::int64_t count() const { return count_; }

 private:
  // 0.1 ms linear below 6.4 ms, then 64 buckets per doubling up to 2^14 * 6.4 ms = 105 s.
  static constexpr std::size_t kBuckets = 64 * 16;
  static std::size_t BucketOf(std::int64_t us);
  static std::int64_t MiddleOf(std::size_t bucket);

  std::array<std::uint32_t, kBuckets> positive_{};
  std::array<std::uint32_t, kBuckets> negative_{};
  std::int64_t count_ = 0;
  TimeDelta max_ = TimeDelta::MinusInfinity();
  TimeDelta min_ = TimeDelta::PlusInfinity();
};

}  // namespace onair
