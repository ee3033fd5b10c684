// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "samples/common/command_line.h"

namespace onair::samples {

struct ReplayOptions {
  std::string file;
};

// Adds `replay` and its options; answers the subcommand.
CLI::App* AddReplayCommand(CommandLine& line, ReplayOptions& options);
// Answers the exit status: done only when every answer came out byte for byte.
int RunReplayCommand(const CommandLine& line, const ReplayOptions& options);

}  // namespace onair::samples
