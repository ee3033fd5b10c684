// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "samples/twin/push_options.h"

namespace onair::samples {

struct RaceOptions {
  PushOptions push;
  std::vector<std::string> tcp = {"cubic"};
  std::vector<std::string> controllers;
  std::vector<std::string> cases;
  std::vector<std::string> traces;
  int seeds = 1;
  int threads = 0;
  std::string html;
};

// Adds `race` and its options; answers the subcommand.
CLI::App* AddRaceCommand(CommandLine& line, RaceOptions& options);
// Answers the exit status.
int RunRaceCommand(const CommandLine& line, const RaceOptions& options);

}  // namespace onair::samples
