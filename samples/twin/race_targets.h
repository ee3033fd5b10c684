// SPDX-License-Identifier: Apache-2.0
//
// What a controller over datagrams must reach, line by line beside what each one reached.
#pragma once

#include <string>
#include <vector>

#include "samples/common/report.h"
#include "samples/twin/race.h"

namespace onair::samples {

// Groups and names of the cases that the lines are about; recordings are added to them, or, for
// want of those, "lte8".
std::vector<std::string> TargetCaseNames();

// [{name, want, cases, results: [{controller, value, p90, is_met}]}]; a line whose cases are not in
// the race is left out. Values are medians over seeds where moments count, else means.
Json TargetsOf(const RaceConfig& config, const std::vector<RaceRun>& runs);

// For a terminal; empty for an empty list.
std::string TargetTable(const Json& targets);

}  // namespace onair::samples
