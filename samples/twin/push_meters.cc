// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/push_meters.h"

#include <algorithm>
#include <cmath>

namespace onair::samples {

void Distribution::Add(double value) {
  values_.push_back(value);
  is_sorted_ = false;
}

void Distribution::Add(const Distribution& other) {
  values_.insert(values_.end(), other.values_.begin(), other.values_.end());
  is_sorted_ = false;
}

std::optional<double> Distribution::At(double share) const {
  if (values_.empty()) return std::nullopt;
  if (!is_sorted_) std::sort(values_.begin(), values_.end());
  is_sorted_ = true;
  const double rank = std::ceil(share * static_cast<double>(values_.size()));
  return values_[static_cast<std::size_t>(std::max(rank, 1.0)) - 1];
}

std::optional<double> Distribution::Mean() const {
  if (values_.empty()) return std::nullopt;
  // Sorted first, so that the sum does not depend on who asked before.
  static_cast<void>(At(1));
  double sum = 0;
  for (const double value : values_) sum += value;
  return sum / static_cast<double>(values_.size());
}

void FreezeMeter::Take(Timestamp captured_at, Timestamp arrived) {
  GoOnTo(std::max(captured_at + playout_delay_, arrived));
}

void FreezeMeter::Excuse(Timestamp from, Timestamp to) {
  if (!last_shown_) return;
  GoOnTo(from + playout_delay_);
  last_shown_ = std::max(*last_shown_, to + playout_delay_);
}

void FreezeMeter::Finish(Timestamp captured_until, Timestamp now) {
  if (last_shown_) GoOnTo(std::min(captured_until + playout_delay_, now));
}

void FreezeMeter::GoOnTo(Timestamp shown) {
  if (!last_shown_) last_shown_ = shown;
  if (shown <= *last_shown_) return;
  const TimeDelta gap = shown - *last_shown_;
  watched_ += gap;
  longest_gap_ = std::max(longest_gap_, gap);
  frozen_ += std::max(gap - kLongestGap, TimeDelta::Zero());
  last_shown_ = shown;
}

double FreezeMeter::percent() const {
  if (watched_ <= TimeDelta::Zero()) return 0;
  return 100 * frozen_.seconds_f() / watched_.seconds_f();
}

std::optional<double> UseMeter::share() const {
  if (offered_ <= 0) return std::nullopt;
  return delivered_ / offered_;
}

void StepMeter::Take(const Sample& sample) {
  if (sample.at < step_.at) return;
  const TimeDelta since = sample.at - step_.at;
  if (is_fall()) {
    if (!below_ && sample.rate_kbps <= step_.after_kbps) below_ = since;
    if (sample.queue_ms >= step_.short_queue_ms && !short_) long_until_ = sample.at;
    if (!short_) peak_queue_ms_ = std::max(peak_queue_ms_, sample.queue_ms);
    const Timestamp short_since = long_until_.value_or(step_.at);
    // Before the rate follows, a queue that is still short is about to grow.
    if (!short_ && below_ && sample.at - short_since >= kHold) {
      short_ = long_until_ ? *long_until_ - step_.at : TimeDelta::Zero();
    }
  } else if (!used_ && sample.rate_kbps >= kUsed * step_.after_kbps) {
    used_ = since;
  }
}

std::optional<TimeDelta> StepMeter::short_queue() const {
  return is_fall() ? short_ : std::nullopt;
}

std::optional<double> JainIndex(const std::vector<double>& shares) {
  double sum = 0;
  double squares = 0;
  for (const double share : shares) {
    sum += share;
    squares += share * share;
  }
  if (shares.size() < 2 || squares <= 0) return std::nullopt;
  return sum * sum / (static_cast<double>(shares.size()) * squares);
}

}  // namespace onair::samples
