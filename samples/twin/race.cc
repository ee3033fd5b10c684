// SPDX-License-Identifier: Apache-2.0
#include "samples/twin/race.h"

#include <atomic>
#include <chrono>
#include <thread>
#include <utility>

namespace onair::samples {
namespace {

// One seed stands for all of a long case.
bool IsCopied(const RaceConfig& config, const RaceRun& run) {
  return config.cases[run.push_case].is_long && run.seed != 1;
}

void RunOne(const RaceConfig& config, RaceRun& run) {
  const RaceConfig::Runner& runner = config.runners[run.runner];
  run.result = RunPush(config.cases[run.push_case], {.make_controller = runner.make_controller,
                                                     .transport = config.transport,
                                                     .tcp = runner.tcp,
                                                     .rates = config.rates,
                                                     .seed = run.seed,
                                                     .playout_delay = config.playout_delay});
  if (run.seed != 1) run.result.timeline = {};
}

std::vector<RaceRun> Plan(const RaceConfig& config) {
  std::vector<RaceRun> runs;
  for (std::size_t c = 0; c < config.cases.size(); ++c) {
    for (std::size_t r = 0; r < config.runners.size(); ++r) {
      for (int s = 1; s <= config.seeds; ++s) {
        runs.push_back({c, r, static_cast<std::uint64_t>(s), {}});
      }
    }
  }
  return runs;
}

}  // namespace

std::vector<RaceRun> RunRace(const RaceConfig& config, std::function<void(std::size_t)> on_done) {
  std::vector<RaceRun> runs = Plan(config);
  std::atomic<std::size_t> next = 0;
  std::atomic<std::size_t> done = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < config.threads; ++i) {
    threads.emplace_back([&] {
      for (std::size_t k = next++; k < runs.size(); k = next++) {
        if (!IsCopied(config, runs[k])) RunOne(config, runs[k]);
        ++done;
      }
    });
  }
  while (on_done && done < runs.size()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    on_done(done);
  }
  for (std::thread& thread : threads) thread.join();
  for (std::size_t k = 0; k < runs.size(); ++k) {
    if (!IsCopied(config, runs[k])) continue;
    runs[k].result = runs[k - 1].result;
    runs[k].result.timeline = {};
  }
  return runs;
}

}  // namespace onair::samples
