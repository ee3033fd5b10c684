// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "samples/common/report.h"
#include "samples/twin/race.h"

namespace onair::samples {

// What stands beside each other in the end. Means over cases of means over seeds.
// score = 50 * min(1, utilisation) + 30 * (1 - min(1, frame_delay_p95 / 1 s))
//         + 20 * (1 - min(1, freeze / 10 %)); 0 to 100.
inline constexpr const char* kScoreFormula =
    "50*min(1,utilisation) + 30*(1-min(1,frame_delay_p95/1s)) + 20*(1-min(1,freeze/10%))";

// The object of --report: results[], summary[], steps[], shares[], cases[].
Json RaceReport(const RaceConfig& config, const std::vector<RaceRun>& runs);

// For a terminal: a line for each case and runner, then the summary.
std::string RaceTable(const Json& report);

}  // namespace onair::samples
