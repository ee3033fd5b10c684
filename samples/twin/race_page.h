// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "samples/common/report.h"
#include "samples/twin/race.h"

namespace onair::samples {

// One page that needs nothing else: who came out best, every case against every controller, and
// the curves of seed 1. `report` is that of RaceReport(). Some MB at most: curves get coarser
// where there are many.
std::string RacePage(const RaceConfig& config, const std::vector<RaceRun>& runs,
                     const Json& report);

}  // namespace onair::samples
