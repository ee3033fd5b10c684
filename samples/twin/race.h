// SPDX-License-Identifier: Apache-2.0
//
// Every controller through every case: many runs, on all cores, in a fixed order.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "samples/twin/push_run.h"

namespace onair::samples {

struct RaceConfig {
  struct Runner {
    std::string name;  // As in reports: "obs", or "obs@bbr" where several TCPs race.
    MakeController make_controller;
    twin::TcpAlgorithm tcp = twin::TcpAlgorithm::kCubic;
  };
  std::vector<PushCase> cases;
  std::vector<Runner> runners;
  PushTransport transport = PushTransport::kTcp;
  int seeds = 1;  // 1 to this.
  PushRates rates;
  TimeDelta playout_delay = TimeDelta::Millis(500);
  int threads = 1;
};

struct RaceRun {
  std::size_t push_case;  // Indices into the config.
  std::size_t runner;
  std::uint64_t seed;
  PushResult result;  // With a time line for seed 1 alone.
};

// In order of case, runner, seed, whatever the number of threads. `on_done` is called on the
// calling thread with how many are done; may be empty.
std::vector<RaceRun> RunRace(const RaceConfig& config, std::function<void(std::size_t)> on_done);

}  // namespace onair::samples
