// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "core/api/uplink_probe.h"
#include "samples/common/command_line.h"
#include "samples/common/report.h"
#include "samples/common/stop_signal.h"
#include "samples/publish/options.h"

namespace onair::samples {

// onair-publish --probe URL: tests the line, prints one, writes the report. Exit status.
int RunProbe(const CommandLine& line, const PublishOptions& options, StopSignal& stop);

// The report's fields.
Json ProbeJson(const std::string& url, const UplinkReport& report);
// One line for people.
std::string ProbeText(const UplinkReport& report);

}  // namespace onair::samples
