// SPDX-License-Identifier: Apache-2.0
//
// Ten virtual minutes of publishing (1500 + 64 kbit/s, real RTMP on both ends) over a link of
// 2 Mbit/s and 80 ms: wall time, and whether two runs with one seed are the same.
#include <chrono>
#include <cstdio>

#include "tests/scenario/rtmp_publish_stage.h"

int main() {
  using namespace onair;
  const auto link = twin::StreamLink::Symmetric(twin::RateSchedule(DataRate::KilobitsPerSec(2000)),
                                                TimeDelta::Millis(40));
  std::uint64_t hashes[2] = {};
  bool is_fast = true;
  std::printf("%-4s %10s %10s %10s %10s %10s  %s\n", "run", "wall ms", "speed x", "events",
              "frames", "dropped", "hash");
  for (int run = 0; run < 2; ++run) {
    const auto began = std::chrono::steady_clock::now();
    scenario::RtmpPublishStage stage(link, 1);
    stage.Start();
    stage.world.RunFor(TimeDelta::Seconds(600));
    const std::chrono::duration<double, std::milli> wall = std::chrono::steady_clock::now() - began;
    hashes[run] = stage.hash;
    is_fast = is_fast && wall.count() <= 1000;
    std::printf("%-4d %10.0f %10.0f %10lld %10zu %10lld  %016llx\n", run + 1, wall.count(),
                600'000 / wall.count(), static_cast<long long>(stage.world.steps()),
                stage.arrivals.size(), static_cast<long long>(stage.session.stats().frames_dropped),
                static_cast<unsigned long long>(stage.hash));
  }
  const bool is_same = hashes[0] == hashes[1];
  std::printf("two runs with one seed: %s; floor of 1000 ms: %s\n",
              is_same ? "the same" : "DIFFERENT", is_fast ? "kept" : "MISSED");
  return is_same ? 0 : 1;
}
