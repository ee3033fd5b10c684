// SPDX-License-Identifier: Apache-2.0
#include "codec/encode/frame_pace.h"

#include <algorithm>

namespace onair::codec {
namespace {

// A source this much faster than wanted is not thinned: dropping one picture in ten shows
// more than it saves.
// Source: ours; a 30.5 fps camera asked for 30 must not stutter every two seconds.
constexpr double kTolerance = 1.1;

// Intervals known before the measurement is trusted.
constexpr std::size_t kEnough = 4;

}  // namespace

bool FramePace::Take(MediaTime pts) {
  if (last_) {
    intervals_us_[measured_ % kWindow] = (pts - *last_).us();
    ++measured_;
  }
  last_ = pts;
  const TimeDelta step = TimeDelta::SecondsF(1.0 / wanted_);
  if (!is_thinning()) {
    due_ = pts + step;
    return true;
  }
  // Half an input interval early is the nearest picture to the due time.
  const TimeDelta early = TimeDelta::SecondsF(0.5 / input_rate());
  if (due_ && pts + early < *due_) return false;
  const bool is_far_behind = !due_ || pts - *due_ > step;
  due_ = (is_far_behind ? pts : *due_) + step;
  return true;
}

double FramePace::frame_rate() const {
  return is_thinning() ? wanted_ : input_rate();
}

bool FramePace::is_thinning() const {
  return input_rate() > wanted_ * kTolerance;
}

double FramePace::input_rate() const {
  const std::size_t known = std::min(measured_, kWindow);
  if (known < kEnough) return assumed_;
  auto sorted = intervals_us_;
  const auto end = sorted.begin() + static_cast<std::ptrdiff_t>(known);
  std::sort(sorted.begin(), end);
  // One long pause says nothing about the pace around it.
  const std::int64_t longest = 3 * sorted[known / 2];
  std::int64_t sum = 0;
  for (auto it = sorted.begin(); it != end; ++it) sum += std::min(*it, longest);
  return sum <= 0 ? assumed_ : 1e6 * static_cast<double>(known) / static_cast<double>(sum);
}

}  // namespace onair::codec
