// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "samples/twin/push_options.h"

namespace onair::samples {

struct TuneOptions {
  PushOptions push;
  std::string controller = "onair";
  std::vector<std::string> parameters;  // Empty: all that the controller takes.
  std::vector<std::string> cases;       // Empty: the matrix.
  std::vector<std::string> held_out;    // Empty: each third case of a group.
  int seeds = 2;
  int threads = 0;
  int budget = 600;
  int seed = 1;
  std::string out;
};

// Adds `tune` and its options; answers the subcommand.
CLI::App* AddTuneCommand(CommandLine& line, TuneOptions& options);
// Answers the exit status.
int RunTuneCommand(const CommandLine& line, const TuneOptions& options);

}  // namespace onair::samples
