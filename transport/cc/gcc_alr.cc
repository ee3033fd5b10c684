// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/gcc_alr.h"

#include <algorithm>

namespace onair::cc {
namespace {

// Source: libwebrtc modules/congestion_controller/goog_cc/alr_detector.h AlrDetectorConfig
constexpr double kBegins = 0.80;
constexpr double kEnds = 0.50;
// Source: libwebrtc modules/pacing/interval_budget.cc kWindowMs
constexpr TimeDelta kWindow = TimeDelta::Millis(500);

}  // namespace

void GccAlr::OnSent(DataSize size, Timestamp sent_at) {
  if (!sent_at_) sent_at_ = sent_at;
  // More would fill the window as well.
  const TimeDelta passed = std::clamp(sent_at - *sent_at_, TimeDelta::Zero(), kWindow * 2);
  sent_at_ = std::max(*sent_at_, sent_at);
  const DataSize most = budget_rate_ * kWindow;
  const DataSize least = DataSize::Zero() - most;
  unused_ = std::clamp(unused_ - size, least, most);
  unused_ = std::clamp(unused_ + budget_rate_ * passed, least, most);
  const double level =
      static_cast<double>(unused_.bytes()) / std::max(static_cast<double>(most.bytes()), 1.0);
  if (level > kBegins && !since_) since_ = sent_at;
  if (level < kEnds) since_.reset();
}

}  // namespace onair::cc
