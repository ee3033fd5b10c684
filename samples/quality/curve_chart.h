// SPDX-License-Identifier: Apache-2.0
//
// Quality over rate, drawn: one inline SVG.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "samples/quality/bd_rate.h"

namespace onair::samples {

struct ChartLine {
  std::string name;
  std::vector<RatePoint> points;  // In any order.
};
struct ChartText {
  std::string title;
  std::string unit;  // Of the quality.
};

// Without a point: a chart that says so. Lines are told apart by colour and by their ends.
std::string CurveChart(const ChartText& text, std::span<const ChartLine> lines);

}  // namespace onair::samples
