// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/gcc_pushback.h"

#include <algorithm>
#include <cmath>

namespace onair::cc {
namespace {

// Source: libwebrtc rtc_base/experiments/rate_control_settings.cc
// kCongestionWindowDefaultFieldTrialString; goog_cc_network_control.cc UpdateCongestionWindowSize()
constexpr std::size_t kTrips = 32;
constexpr DataSize kLeastWindow = DataSize::Bytes(2 * 1500);
// Source: libwebrtc modules/congestion_controller/goog_cc/congestion_window_pushback_controller.cc
// UpdateTargetBitrate()
constexpr double kFarTooFull = 1.5;
constexpr double kAlmostEmpty = 0.1;
constexpr double kFastDown = 0.9;
constexpr double kDown = 0.95;
constexpr double kUp = 1.05;
// Source: libwebrtc video/video_stream_encoder.cc UpdateTargetBitrate(): one picture of two at most
constexpr double kLeastCut = 0.01;
constexpr double kFewestPictures = 2;
// More make no difference, even at the gentlest step.
constexpr std::size_t kMostSteps = 64;
// Below it any share is cut to half.
constexpr double kLeastRatio = 0.05;

}  // namespace

void GccPushback::OnRoundTrip(TimeDelta longest) {
  trips_.push_back(std::clamp(longest, TimeDelta::Zero(), TimeDelta::Seconds(60)));
  if (trips_.size() > kTrips) trips_.pop_front();
}

void GccPushback::Update(DataRate rate, DataSize in_flight, std::size_t steps) {
  if (trips_.empty()) return;
  const DataSize window = rate * (*std::min_element(trips_.begin(), trips_.end()) + queue_);
  const DataSize before = window_ > DataSize::Zero() ? window_ : window;
  window_ = std::max(kLeastWindow, DataSize::Bytes((window.bytes() + before.bytes()) / 2));
  const double fill = static_cast<double>(in_flight.bytes()) / static_cast<double>(window_.bytes());
  for (std::size_t i = 0; i < std::min(steps, kMostSteps); ++i) {
    if (fill > kFarTooFull)
      ratio_ *= kFastDown;
    else if (fill > 1)
      ratio_ *= kDown;
    else if (fill < kAlmostEmpty)
      ratio_ = 1;
    else
      ratio_ *= kUp;
    ratio_ = std::clamp(ratio_, kLeastRatio, 1.0);
  }
}

double GccPushback::share() const {
  const double cut = 1 - ratio_;
  if (cut <= kLeastCut) return 1;
  return 1 - 1 / std::max(kFewestPictures, std::floor(1 / cut));
}

}  // namespace onair::cc
