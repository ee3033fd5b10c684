// SPDX-License-Identifier: Apache-2.0
//
// onair-quality beauty: what each filter costs, and what the sliders do to a face.
#pragma once

#include <string>
#include <vector>

#include "samples/common/command_line.h"

namespace onair::samples {

struct BeautyOptions {
  std::string input;
  std::vector<std::string> sizes;  // Empty: the clip's own.
  std::string face = "cascade";
  int frames = 60;
  double strength = 0.6;
  std::string sheet;
};

// Adds the sub-command; `o` outlives the line.
CLI::App* AddBeautyCommand(CommandLine& line, BeautyOptions& o);

// The exit status.
int RunBeauty(const CommandLine& line, const BeautyOptions& o);

}  // namespace onair::samples
