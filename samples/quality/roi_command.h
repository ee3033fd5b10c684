// SPDX-License-Identifier: Apache-2.0
//
// onair-quality roi: a clip coded with and without regions of interest, at several rates.
#pragma once

#include "samples/common/command_line.h"
#include "samples/quality/roi_options.h"

namespace onair::samples {

// The exit status.
int RunRoi(const CommandLine& line, const RoiOptions& o);

}  // namespace onair::samples
