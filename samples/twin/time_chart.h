// SPDX-License-Identifier: Apache-2.0
//
// Curves over time, drawn small: one inline SVG that stays readable at a phone's width.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace onair::samples {

struct TimeLine {
  enum class Look { kLine = 1, kThin = 2, kArea = 3 } look = Look::kLine;
  std::string colour;                         // CSS.
  std::vector<std::optional<double>> values;  // Evenly over the time; empty: a gap.
};

struct TimeChart {
  enum class Scale { kLinear = 1, kLog = 2 };
  std::string title;
  std::string note;  // At the right end of the title's line.
  std::string colour = "#1d2429";
  std::string unit;
  double seconds = 0;  // > 0.
  Scale scale = Scale::kLinear;
  double from = 0;  // kLog: > 0. What lies outside is drawn at the edge.
  double to = 1;
  std::vector<TimeLine> lines;
};

std::string Draw(const TimeChart& chart);

// At most `most` values, each the mean (or the greatest) of its part; empty where all are.
enum class Keep { kMean = 1, kGreatest = 2 };
std::vector<std::optional<double>> Thinned(const std::vector<std::optional<double>>& values,
                                           std::size_t most, Keep keep);

}  // namespace onair::samples
