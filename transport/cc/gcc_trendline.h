// SPDX-License-Identifier: Apache-2.0
//
// Of `gcc`: whether delay grows, from a line through the last delays, against a threshold that
// follows them, so that a flow of TCP beside us does not starve us.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>

#include "transport/cc/gcc_packet_groups.h"

namespace onair::cc {

enum class GccLineUse { kNormal = 1, kOver = 2, kUnder = 3 };

// Pure.
class GccTrendline {
 public:
  void Update(const GccGroupDeltas& deltas);

  GccLineUse use() const { return use_; }
  // Of the trend, in its own unit.
  double threshold() const { return threshold_; }

 private:
  struct Point {
    double arrived_ms;  // Since the first.
    double delay_ms;    // Smoothed, above the first.
  };

  double Slope() const;
  void Detect(double slope, double sent_ms, double arrived_ms);
  void AdaptThreshold(double trend, double arrived_ms);

  std::deque<Point> points_;
  std::optional<Timestamp> first_arrived_;
  std::int64_t deltas_ = 0;
  double delay_ms_ = 0;
  double smoothed_ms_ = 0;
  double slope_ = 0;
  double threshold_ = 12.5;
  std::optional<double> adapted_ms_;
  std::optional<double> over_ms_;  // How long the trend has been over the threshold.
  int overs_ = 0;
  GccLineUse use_ = GccLineUse::kNormal;
};

}  // namespace onair::cc
