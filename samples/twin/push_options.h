// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "samples/common/command_line.h"
#include "samples/twin/push_run.h"
#include "samples/twin/qos_arms.h"

namespace onair::samples {

// What race and run have in common.
struct PushOptions {
  std::string transport = "tcp";
  double rtt_ms = 50;
  std::string qos;                   // A policy file; empty: none.
  std::string network = "unknown";   // What that file is asked about.
  std::optional<double> playout_ms;  // Untold: as the transport has it.
  int min_bitrate = 150;
  int bitrate = 8000;
  int start_bitrate = 1500;
  int audio_bitrate = 64;

  PushRates rates() const;
  TimeDelta one_way() const { return TimeDelta::SecondsF(rtt_ms / 2e3); }
  PushTransport push_transport() const;  // `transport` is one of the names.
  TimeDelta playout_delay() const;
  QosPlace qos_place() const;  // `network` is one of the words.
};
void AddPushOptions(CLI::App& command, PushOptions& options);

std::optional<twin::TcpAlgorithm> FindTcp(const std::string& name);

// Names of the registry that race over a network of that kind.
std::vector<std::string> ControllersFor(PushTransport transport);

// Of the registry. kInvalidConfig naming those that there are.
Result<MakeController> FindController(const std::string& name);

}  // namespace onair::samples
