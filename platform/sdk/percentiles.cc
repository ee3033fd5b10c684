// SPDX-License-Identifier: Apache-2.0
#include "platform/sdk/percentiles.h"

#include <algorithm>
#include <bit>

namespace onair {
namespace {

constexpr std::int64_t kUnitUs = 100;
constexpr std::size_t kPerDoubling = 64;

}  // namespace

std::size_t Percentiles::BucketOf(std::int64_t us) {
  const auto units = static_cast<std::uint64_t>(us / kUnitUs);
  if (units < kPerDoubling) return static_cast<std::size_t>(units);
  const auto doubling = static_cast<std::size_t>(std::bit_width(units)) - 7;
  const std::size_t bucket = kPerDoubling * (doubling + 1) + (units >> doubling) - kPerDoubling;
  return std::min(bucket, kBuckets - 1);
}

std::int64_t Percentiles::MiddleOf(std::size_t bucket) {
  if (bucket < kPerDoubling) return static_cast<std::int64_t>(bucket) * kUnitUs + kUnitUs / 2;
  const std::size_t doubling = bucket / kPerDoubling - 1;
  const auto low = static_cast<std::int64_t>((bucket % kPerDoubling + kPerDoubling) << doubling);
  const auto width = static_cast<std::int64_t>(1) << doubling;
  return low * kUnitUs + width * kUnitUs / 2;
}

void Percentiles::Add(TimeDelta value) {
  auto& side = value < TimeDelta::Zero() ? negative_ : positive_;
  ++side[BucketOf(std::abs(value.us()))];
  ++count_;
  max_ = std::max(max_, value);
  min_ = std::min(min_, value);
}

std::optional<TimeDelta> Percentiles::Quantile(double q) const {
  if (count_ == 0) return std::nullopt;
  const auto wanted =
      static_cast<std::int64_t>(std::clamp(q, 0.0, 1.0) * static_cast<double>(count_ - 1));
  std::int64_t seen = 0;
  const auto clamped = [&](std::int64_t us) {
    return std::clamp(TimeDelta::Micros(us), min_, max_);
  };
  for (std::size_t i = kBuckets; i-- > 0;) {
    seen += negative_[i];
    if (seen > wanted) return clamped(-MiddleOf(i));
  }
  for (std::size_t i = 0; i < kBuckets; ++i) {
    seen += positive_[i];
    if (seen > wanted) return clamped(MiddleOf(i));
  }
  return max_;
}

std::optional<TimeDelta> Percentiles::max() const {
  return count_ == 0 ? std::nullopt : std::optional(max_);
}

std::optional<TimeDelta> Percentiles::min() const {
  return count_ == 0 ? std::nullopt : std::optional(min_);
}

}  // namespace onair
