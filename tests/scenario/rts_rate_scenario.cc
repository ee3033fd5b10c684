// SPDX-License-Identifier: Apache-2.0
//
// How a realtime session follows its line: whole sessions with the default controller of datagrams,
// in virtual time, with fixed seeds.
//   onair_scenario_test "[steps]"   prints how
#include <catch2/catch.hpp>
#include <cstdio>

#include "tests/scenario/rts_stage.h"
#include "tests/support/print_units.h"

namespace onair::scenario {
namespace {

constexpr DataRate Kbps(std::int64_t kbps) {
  return DataRate::KilobitsPerSec(kbps);
}
constexpr TimeDelta Ms(std::int64_t ms) {
  return TimeDelta::Millis(ms);
}

struct Followed {
  TimeDelta steady_p95 = TimeDelta::Zero();  // Of what packets wait on the line before the fall.
  double steady_kbps = 0;
  TimeDelta below = TimeDelta::Zero();      // From the fall: asked for no more than the line takes.
  TimeDelta drained = TimeDelta::Zero();    // From the fall: packets wait 100 ms for the last time.
  TimeDelta worst = TimeDelta::Zero();      // Longest wait after the fall.
  TimeDelta back = TimeDelta::Zero();       // From the return: nine tenths of what was asked for.
  TimeDelta delay_p95 = TimeDelta::Zero();  // Of pictures, capture to whole, in all.
  int skipped = 0;
  int key_requests = 0;
  int never = 0;
};

Followed Follow(DataRate high, DataRate low, std::uint64_t seed, double loss = 0) {
  const Timestamp began = Timestamp::Zero() + TimeDelta::Seconds(4);
  const Timestamp fall = began + TimeDelta::Seconds(20) + Ms(static_cast<std::int64_t>(seed) * 97);
  const Timestamp rise = fall + TimeDelta::Seconds(15);
  twin::RateSchedule rate(high);
  if (low < high) rate.Change(fall, low).Change(rise, high);
  RtsStage stage({.line = {.rate = rate, .loss = loss}, .max_rate = Kbps(6000), .seed = seed});
  stage.Run(TimeDelta::Seconds(65));
  Followed out;
  std::vector<TimeDelta> steady;
  double before = 0;
  bool is_below = false;
  bool is_back = false;
  for (const RtsStage::Sample& sample : stage.samples) {
    if (sample.at < fall) {
      if (sample.at < fall - TimeDelta::Seconds(10)) continue;
      steady.push_back(sample.queue);
      before += sample.target.kbps_f();
    } else if (sample.at < rise) {
      if (!is_below && sample.target + RtsStage::kSoundRate <= low) {
        is_below = true;
        out.below = sample.at - fall;
      }
      out.worst = std::max(out.worst, sample.queue);
      if (sample.queue > Ms(100) && sample.at < fall + TimeDelta::Seconds(8)) {
        out.drained = sample.at - fall;
      }
    } else if (!is_back &&
               sample.target.kbps_f() >= 0.9 * before / static_cast<double>(steady.size())) {
      is_back = true;
      out.back = sample.at - rise;
    }
  }
  std::sort(steady.begin(), steady.end());
  out.steady_p95 = steady[steady.size() * 95 / 100];
  out.steady_kbps = before / static_cast<double>(steady.size());
  if (!is_below) out.below = TimeDelta::PlusInfinity();
  if (!is_back) out.back = TimeDelta::PlusInfinity();
  const auto delays = stage.Delays(TimeDelta::Zero());
  out.delay_p95 = delays[delays.size() * 95 / 100];
  out.skipped = static_cast<int>(stage.skipped());
  out.key_requests = stage.client().keys_wanted;
  for (const auto& picture : stage.pictures) out.never += picture.whole_at ? 0 : 1;
  return out;
}

void Print(const char* name, const Followed& f) {
  std::printf(
      "%-24s %6.0f kbps, waits p95 %4.0f | below %5.0f drained %5.0f worst %5.0f back %6.0f | "
      "delay p95 %4.0f skipped %d keys %d never %d\n",
      name, f.steady_kbps, f.steady_p95.ms_f(), f.below.ms_f(), f.drained.ms_f(), f.worst.ms_f(),
      f.back.ms_f(), f.delay_p95.ms_f(), f.skipped, f.key_requests, f.never);
}

TEST_CASE("How a session follows steps of its line", "[.][steps]") {
  for (const std::uint64_t seed : {1, 2, 3}) {
    Print("2.5 Mbit/s", Follow(Kbps(2500), Kbps(2500), seed));
    Print("2.5 Mbit/s, 5 % lost", Follow(Kbps(2500), Kbps(2500), seed, 0.05));
    Print("3 -> 0.6 -> 3", Follow(Kbps(3000), Kbps(600), seed));
    Print("3 -> 0.6 -> 3, 5 % lost", Follow(Kbps(3000), Kbps(600), seed, 0.05));
    Print("3 -> 1.5 -> 3", Follow(Kbps(3000), Kbps(1500), seed));
  }
}

TEST_CASE("Nothing overshoots a line of 2.5 Mbit/s that is there to be found") {
  for (const std::uint64_t seed : {1, 2}) {
    const Followed followed = Follow(Kbps(2500), Kbps(2500), seed);
    // Key frames of six times the mean, 160 ms of the line, wait; nothing else does.
    CHECK(followed.steady_p95 < Ms(150));
    CHECK(followed.worst < Ms(200));
    CHECK(followed.steady_kbps > 1800);
    CHECK(followed.never == 0);
    CHECK(followed.key_requests == 0);
  }
}

TEST_CASE("A line that falls to a fifth is followed in a third of a second, and back") {
  for (const std::uint64_t seed : {1, 2}) {
    const Followed followed = Follow(Kbps(3000), Kbps(600), seed);
    CHECK(followed.below < Ms(350));
    CHECK(followed.back < Ms(12'000));
    CHECK(followed.never == 0);
  }
}

}  // namespace
}  // namespace onair::scenario
