// SPDX-License-Identifier: Apache-2.0
//
// What our playing makes of jitter and outages beside the rules of others, over the same arrivals:
// mean delay from capture to the screen, stalls per 100 s, share of the time frozen.
#include <cstdio>

#include "tests/scenario/playout_race.h"

int main() {
  using namespace onair;
  using namespace onair::scenario;
  const auto print = [](const PlayoutResult& r) {
    std::printf("  %-18s %9.0f %12.2f %9.2f\n", r.name.c_str(), r.mean_delay_s * 1e3,
                r.stalls_per_100s, r.frozen_percent);
  };
  for (RaceCase& one : std::vector(RaceCases())) {
    one.span = TimeDelta::Seconds(1'200);
    const Recorded race = Record(one);
    std::printf("%s\n  %-18s %9s %12s %9s\n", one.name.c_str(), "player", "delay ms",
                "stalls/100 s", "frozen %");
    for (const auto mode : {BufferMode::kFast, BufferMode::kAuto, BufferMode::kSmooth})
      print(RunOurs(mode, TimeDelta::Zero(), race));
    for (const int ms : {100, 200, 300, 500, 1000, 1500, 2000, 2100, 2500})
      print(RunOurs(BufferMode::kFixed, TimeDelta::Millis(ms), race));
    for (const int ms : {100, 200, 300, 400, 600, 1000, 1500, 2000, 2500})
      print(RunFixed(TimeDelta::Millis(ms), race));
    for (const int ms : {100, 200, 300, 400, 600, 800, 1200, 1600, 2000, 2500})
      print(RunLiveSync(TimeDelta::Millis(ms), race));
  }
  return 0;
}
