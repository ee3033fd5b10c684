// SPDX-License-Identifier: Apache-2.0
#include "core/twin/fake_viewer.h"

#include <algorithm>

#include "core/twin/fake_encoder.h"

namespace onair::twin {

bool FakeDecoder::Take(const EncodedFrame& frame) {
  const std::int64_t number = FrameNumber(frame);
  latest_ = std::max(latest_, number);
  if (!frame.is_key() && ReferenceNumber(frame) != reference_) {
    ++broken_;
    return false;
  }
  if (frame.kind != FrameKind::kDroppable) reference_ = number;
  ++decoded_;
  return true;
}

void FakeRenderer::Take(Timestamp captured_at, Timestamp arrived) {
  const Timestamp due = captured_at + config_.playout_delay;
  const Timestamp shown = std::max({due, arrived, last_shown_});
  ++stats_.shown;
  if (arrived > due) ++stats_.late;
  delays_us_.push_back((arrived - captured_at).us());
  if (last_shown_.is_finite()) {
    const TimeDelta gap = shown - last_shown_;
    stats_.longest_gap = std::max(stats_.longest_gap, gap);
    if (gap > config_.freeze_gap) {
      ++stats_.freezes;
      stats_.frozen += gap - config_.freeze_gap;
    }
  }
  first_shown_ = std::min(first_shown_, shown);
  last_shown_ = shown;
  stats_.watched = last_shown_ - first_shown_;
}

double FakeRenderer::freeze_share() const {
  const double watched = stats_.watched.seconds_f();
  return watched > 0 ? stats_.frozen.seconds_f() / watched : 0;
}

TimeDelta FakeRenderer::DelayQuantile(double share) const {
  if (delays_us_.empty()) return TimeDelta::Zero();
  std::vector<std::int64_t> sorted = delays_us_;
  const auto at = static_cast<std::ptrdiff_t>(share * static_cast<double>(sorted.size() - 1) + 0.5);
  std::nth_element(sorted.begin(), sorted.begin() + at, sorted.end());
  return TimeDelta::Micros(sorted[static_cast<std::size_t>(at)]);
}

}  // namespace onair::twin
