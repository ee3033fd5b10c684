// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>
#include <vector>

#include "samples/twin/push_options.h"

namespace onair::samples {

struct RunOptions {
  PushOptions push;
  std::string link;
  std::string push_case;
  std::string trace;
  std::string controller;
  std::string arm;      // Of --qos.
  std::string session;  // The same, by the id of a session.
  std::string tcp = "cubic";
  double duration_s = 0;
  int seed = 1;
};

// Adds `run` and its options; answers the subcommand.
CLI::App* AddRunCommand(CommandLine& line, RunOptions& options);
// Answers the exit status.
int RunRunCommand(const CommandLine& line, const RunOptions& options);

}  // namespace onair::samples
