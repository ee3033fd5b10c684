// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "samples/common/command_line.h"
#include "samples/twin/push_run.h"

namespace onair::samples {

// What race and run have in common.
struct PushOptions {
  double rtt_ms = 50;
  double playout_ms = 500;
  int min_bitrate = 150;
  int bitrate = 8000;
  int start_bitrate = 1500;
  int audio_bitrate = 64;

  PushRates rates() const;
  TimeDelta one_way() const { return TimeDelta::SecondsF(rtt_ms / 2e3); }
  TimeDelta playout_delay() const { return TimeDelta::SecondsF(playout_ms / 1e3); }
};
void AddPushOptions(CLI::App& command, PushOptions& options);

std::optional<twin::TcpAlgorithm> FindTcp(const std::string& name);

// Of the registry. kInvalidConfig naming those that there are.
Result<MakeController> FindController(const std::string& name);

}  // namespace onair::samples
