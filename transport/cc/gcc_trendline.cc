// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/gcc_trendline.h"

#include <algorithm>
#include <cmath>

namespace onair::cc {
namespace {

// Source: libwebrtc modules/congestion_controller/goog_cc/trendline_estimator.cc
// kDefaultTrendlineWindowSize, kDefaultTrendlineSmoothingCoeff, kDefaultTrendlineThresholdGain,
// kMinNumDeltas, kDeltaCounterMax, kOverUsingTimeThreshold
constexpr std::size_t kWindow = 20;
constexpr double kSmoothing = 0.9;
constexpr double kGain = 4;
constexpr std::int64_t kLeastDeltas = 60;
constexpr std::int64_t kMostDeltas = 1000;
constexpr double kOverMs = 10;
// The same file, k_up_, k_down_, kMaxAdaptOffsetMs; UpdateThreshold() for the rest.
constexpr double kUp = 0.0087;
constexpr double kDown = 0.039;
constexpr double kMostOff = 15;
constexpr double kLongestStepMs = 100;
constexpr double kLeastThreshold = 6;
constexpr double kMostThreshold = 600;

}  // namespace

void GccTrendline::Update(const GccGroupDeltas& deltas) {
  deltas_ = std::min(deltas_ + 1, kMostDeltas);
  if (!first_arrived_) first_arrived_ = deltas.arrived_at;
  delay_ms_ += deltas.arrived.ms_f() - deltas.sent.ms_f();
  smoothed_ms_ = kSmoothing * smoothed_ms_ + (1 - kSmoothing) * delay_ms_;
  const double arrived_ms = (deltas.arrived_at - *first_arrived_).ms_f();
  points_.push_back({arrived_ms, smoothed_ms_});
  if (points_.size() > kWindow) points_.pop_front();
  Detect(points_.size() == kWindow ? Slope() : slope_, deltas.sent.ms_f(), arrived_ms);
}

// Least squares. As before when all arrived at once.
double GccTrendline::Slope() const {
  double mean_x = 0;
  double mean_y = 0;
  for (const Point& point : points_) {
    mean_x += point.arrived_ms / kWindow;
    mean_y += point.delay_ms / kWindow;
  }
  double above = 0;
  double below = 0;
  for (const Point& point : points_) {
    above += (point.arrived_ms - mean_x) * (point.delay_ms - mean_y);
    below += (point.arrived_ms - mean_x) * (point.arrived_ms - mean_x);
  }
  return below > 0 ? above / below : slope_;
}

void GccTrendline::Detect(double slope, double sent_ms, double arrived_ms) {
  if (deltas_ < 2) return;
  const double trend = static_cast<double>(std::min(deltas_, kLeastDeltas)) * slope * kGain;
  if (trend > threshold_) {
    // Half the time between the groups, as it may have begun anywhere in it.
    over_ms_ = over_ms_ ? *over_ms_ + sent_ms : sent_ms / 2;
    ++overs_;
    if (*over_ms_ > kOverMs && overs_ > 1 && slope >= slope_) {
      over_ms_ = 0;
      overs_ = 0;
      use_ = GccLineUse::kOver;
    }
  } else {
    over_ms_.reset();
    overs_ = 0;
    use_ = trend < -threshold_ ? GccLineUse::kUnder : GccLineUse::kNormal;
  }
  slope_ = slope;
  AdaptThreshold(trend, arrived_ms);
}

void GccTrendline::AdaptThreshold(double trend, double arrived_ms) {
  const double size = std::abs(trend);
  const double step_ms =
      std::clamp(arrived_ms - adapted_ms_.value_or(arrived_ms), 0.0, kLongestStepMs);
  adapted_ms_ = arrived_ms;
  if (size > threshold_ + kMostOff) return;  // A spike: a handover, not a neighbour.
  const double pace = size < threshold_ ? kDown : kUp;
  threshold_ = std::clamp(threshold_ + pace * (size - threshold_) * step_ms, kLeastThreshold,
                          kMostThreshold);
}

}  // namespace onair::cc
