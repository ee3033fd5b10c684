// SPDX-License-Identifier: Apache-2.0
//
// onair-quality roi: a clip coded with and without regions of interest, at several rates.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "samples/common/command_line.h"

namespace onair::samples {

struct RoiOptions {
  std::string input;
  std::string video = "h264";
  std::vector<int> bitrates_kbps{400, 700, 1100, 1800};
  std::string boxes;
  std::string preset = "veryfast";
  std::string mode = "balanced";
  double look_ahead_ms = -1;  // Below 0: by the mode.
  double roi = 1;
  double emphasis = 1;
  double noise = 0;
  int frames = 180;
  double fps = 30;
  double gop_s = 2;
  double vbv_ms = 250;
  int threads = 2;
  std::string dump;
};

// Adds the sub-command; `o` outlives the line.
CLI::App* AddRoiCommand(CommandLine& line, RoiOptions& o);

// The exit status.
int RunRoi(const CommandLine& line, const RoiOptions& o);

}  // namespace onair::samples
