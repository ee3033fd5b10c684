// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "samples/common/command_line.h"

namespace onair::samples {

// Adds `parameters`; answers the subcommand.
CLI::App* AddParametersCommand(CommandLine& line);
// Lists what policies can set. Answers the exit status.
int RunParametersCommand();

}  // namespace onair::samples
