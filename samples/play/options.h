// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "platform/sdk/player.h"
#include "samples/common/command_line.h"
#include "samples/play/script.h"

namespace onair::samples {

struct PlayOptions {
  std::string url;
  bool is_headless = false;
  std::string buffer = "auto";
  std::string catch_up = "jump";
  double volume = 1.0;
  bool is_muted = false;
  std::string snapshot;  // FILE.png@S
  std::string script;
  std::vector<ScriptStep> steps;  // Of the three below and above, by their time.
  std::vector<std::string> preload;
  double then_switch_s = -1;  // Negative: never.
  std::string fallback;
  bool is_without_fallback = false;
  std::vector<std::string> qualities;  // URL or URL@KBPS; of ToConfig(): URLs.
  std::vector<std::string> switches;   // S=URL
  std::string events;
  std::string record;
  bool is_looped = false;
  std::string dump;      // FILE.y4m
  long long frames = 0;  // 0: no limit.
  double duration_s = 0;
  double publisher_gap_s = 10;
  std::string http_dns;
  std::string token;
  std::vector<std::string> ice_servers;
  std::string ca;
  bool is_insecure = false;
};

std::unique_ptr<CommandLine> MakePlayCommandLine(PlayOptions& options);

// What the options mean to the SDK. Not empty: leave with this status (all was said).
// Fills in `options.steps`.
std::optional<int> ToConfig(const CommandLine& line, PlayOptions& options, PlayerConfig& config);

}  // namespace onair::samples
