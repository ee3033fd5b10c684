// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/api/publish_config.h"
#include "samples/common/command_line.h"

namespace onair::samples {

struct RoiOptions {
  std::string input;
  std::string video = "h264";
  std::vector<int> bitrates_kbps{400, 700, 1100, 1800};
  std::string face;  // Empty: the boxes, or else the cascade.
  std::string boxes;
  std::string preset = "veryfast";
  std::string mode = "balanced";
  double look_ahead_ms = -1;  // Below 0: by the mode.
  double roi = 1;
  double noise = 0;
  int frames = 180;
  double fps = 30;
  double gop_s = 2;
  double vbv_ms = 250;
  int threads = 2;
  std::string dump;
  std::string sheet;
  std::string html;
};

// Adds the sub-command; `o` outlives the line.
CLI::App* AddRoiCommand(CommandLine& line, RoiOptions& o);

// What they ask of the encoder; the size is the clip's and the rate each run's. Not empty: an
// option is wrong, it has been said, and this is the exit status.
std::optional<int> ToVideoConfig(const CommandLine& line, const RoiOptions& o, VideoConfig& config);

}  // namespace onair::samples
