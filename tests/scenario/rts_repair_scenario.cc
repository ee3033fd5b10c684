// SPDX-License-Identifier: Apache-2.0
//
// How losses are mended: whole sessions over lines that lose, in virtual time, with fixed seeds.
//   onair_scenario_test "[table]"   prints how each line fares
#include <catch2/catch.hpp>
#include <cstdio>

#include "tests/scenario/rts_stage.h"
#include "tests/support/print_units.h"

namespace onair::scenario {
namespace {

using webrtc::ForwardCorrection;

constexpr TimeDelta kSpan = TimeDelta::Seconds(60);
// A stream settles, then it counts.
constexpr TimeDelta kWarmUp = TimeDelta::Seconds(3);
constexpr TimeDelta kFreeze = TimeDelta::Millis(200);

// What some runs of a minute on one line gave, each with another seed.
struct Fared {
  std::vector<TimeDelta> delays;  // Capture to whole, rising.
  RtsStage::Freezes freezes;      // Of a player that holds pictures for 200 ms.
  int pictures = 0;
  int never = 0;  // Were whole at the receiver at no time.
  double kbps = 0;
  std::int64_t missed = 0;
  std::int64_t resent = 0;    // Packets that a resend brought.
  std::int64_t restored = 0;  // Packets that a repair brought.
  double media_bytes = 0;
  double resent_bytes = 0;
  double repair_bytes = 0;
  int key_requests = 0;
  int sounds = 0;
  int sounds_lost = 0;

  TimeDelta DelayAt(double share) const {
    if (delays.empty()) return TimeDelta::PlusInfinity();
    return delays[static_cast<std::size_t>(share * static_cast<double>(delays.size() - 1))];
  }
};

void Add(RtsStage& stage, Fared& fared) {
  for (const TimeDelta delay : stage.Delays(kWarmUp)) fared.delays.push_back(delay);
  const auto freezes = stage.FreezesWith(TimeDelta::Millis(240), kFreeze, kWarmUp);
  fared.freezes.count += freezes.count;
  fared.freezes.total += freezes.total;
  fared.freezes.longest = std::max(fared.freezes.longest, freezes.longest);
  fared.pictures += static_cast<int>(stage.pictures.size());
  for (const auto& picture : stage.pictures) fared.never += picture.whole_at ? 0 : 1;
  double kbps = 0;
  for (const auto& sample : stage.samples) kbps += sample.target.kbps_f();
  fared.kbps += kbps / static_cast<double>(stage.samples.size());
  const auto& sender = *stage.client().session->rtp();
  const auto& receiver = *stage.server().session->rtp();
  const auto& sent = *sender.send_stats(20);
  const auto& nack = *receiver.nack_stats(20);
  fared.missed += nack.missing;
  fared.restored += receiver.stats().restored;
  fared.resent += nack.recovered - receiver.stats().restored;
  fared.media_bytes += static_cast<double>(sent.payload_bytes);
  fared.resent_bytes += static_cast<double>(sent.resent_bytes);
  fared.repair_bytes += static_cast<double>(sender.stats().repair_bytes);
  fared.key_requests += stage.client().keys_wanted;
  fared.sounds += static_cast<int>(stage.sounds);
  fared.sounds_lost += static_cast<int>(stage.sounds - stage.sounds_heard);
}

Fared Run(const RtsLine& line, ForwardCorrection fec, int runs) {
  Fared fared;
  for (int seed = 1; seed <= runs; ++seed) {
    RtsStage stage({.line = line, .fec = fec, .seed = static_cast<std::uint64_t>(seed)});
    stage.Run(kSpan);
    Add(stage, fared);
  }
  fared.kbps /= runs;
  std::sort(fared.delays.begin(), fared.delays.end());
  return fared;
}

void Print(const char* name, ForwardCorrection fec, const Fared& f, int runs) {
  const double missed = static_cast<double>(std::max<std::int64_t>(f.missed, 1));
  std::printf(
      "%-20s %-4s%5.0f |%5.0f%5.0f%5.0f%6.0f%6.2f |%5.2f%6.0f%6.2f "
      "|%6.0f%6.0f%6.1f%6.1f%6.2f%6.2f\n",
      name, fec == ForwardCorrection::kOn ? "on" : "off", f.kbps, f.DelayAt(0.5).ms_f(),
      f.DelayAt(0.95).ms_f(), f.DelayAt(0.99).ms_f(), f.DelayAt(1).ms_f(),
      100.0 * f.never / f.pictures, static_cast<double>(f.freezes.count) / runs,
      f.freezes.longest.ms_f(), 100 * f.freezes.total.seconds_f() / (kSpan.seconds_f() * runs),
      100 * static_cast<double>(f.resent) / missed, 100 * static_cast<double>(f.restored) / missed,
      100 * f.resent_bytes / f.media_bytes, 100 * f.repair_bytes / f.media_bytes,
      static_cast<double>(f.key_requests) / runs, 100.0 * f.sounds_lost / f.sounds);
}

TEST_CASE("How losses are mended on each line", "[.][table]") {
  const std::pair<const char*, RtsLine> lines[] = {
      {"clean", {}},
      {"2 %", {.loss = 0.02}},
      {"5 %", {.loss = 0.05}},
      {"5 % in bursts of 4", {.loss = 0.05, .burst = 4}},
      {"10 %", {.loss = 0.10}},
      {"10 % in bursts of 4", {.loss = 0.10, .burst = 4}},
      {"5 %, rtt 200 ms", {.one_way = TimeDelta::Millis(100), .loss = 0.05}},
  };
  constexpr int kRuns = 10;
  std::printf(
      "A minute, %d seeds; ms, per minute, %% of pictures, time, packets, media bytes, sounds\n",
      kRuns);
  std::printf("%-20s %-4s%5s |%5s%5s%5s%6s%6s |%5s%6s%6s |%6s%6s%6s%6s%6s%6s\n", "line", "fec",
              "kbps", "p50", "p95", "p99", "max", "never", "frz", "max", "time%", "rtx%", "fec%",
              "+rtx%", "+fec%", "keys", "snd%");
  for (const auto& [name, line] : lines) {
    for (const auto fec : {ForwardCorrection::kOff, ForwardCorrection::kOn}) {
      Print(name, fec, Run(line, fec, kRuns), kRuns);
    }
  }
}

// A player that adapts does better (rts_play_scenario.cc): this one holds pictures for 240 ms.
TEST_CASE("At 5 % of loss hardly a minute has a freeze, within a quarter of a second") {
  const Fared fared = Run({.loss = 0.05}, ForwardCorrection::kOn, 5);
  CHECK(fared.freezes.count <= 1);
  CHECK(fared.freezes.longest < TimeDelta::Millis(300));
  CHECK(fared.DelayAt(0.95) <= TimeDelta::Millis(250));
  CHECK(fared.key_requests == 0);
  CHECK(fared.kbps > 1700);
  CHECK(fared.sounds_lost * 200 < fared.sounds);
}

TEST_CASE("At 10 % of loss a hundredth of the time is frozen at most") {
  const Fared fared = Run({.loss = 0.10}, ForwardCorrection::kOn, 3);
  CHECK(fared.freezes.total * 100 <= kSpan * 3);
  CHECK(fared.key_requests <= 3);
  CHECK(fared.kbps > 1400);
}

TEST_CASE("Bursts of loss are mended without storms of key frames") {
  // Few bursts decide: three minutes are frozen for 0.3 to 1.5 %.
  constexpr int kRuns = 10;
  const Fared fared = Run({.loss = 0.05, .burst = 4}, ForwardCorrection::kOn, kRuns);
  CHECK(fared.freezes.total * 100 <= kSpan * kRuns);
  CHECK(fared.key_requests <= kRuns);
  CHECK(fared.never * 500 < fared.pictures);
}

TEST_CASE("On a long path repairs save what resends bring too late") {
  const RtsLine line{.one_way = TimeDelta::Millis(100), .loss = 0.05};
  const Fared without = Run(line, ForwardCorrection::kOff, 3);
  const Fared with = Run(line, ForwardCorrection::kOn, 3);
  CHECK(with.DelayAt(0.5) < without.DelayAt(0.5) * 3 / 4);
  CHECK(with.restored > with.resent);
  CHECK(with.repair_bytes < 0.25 * with.media_bytes);
}

TEST_CASE("A line that loses nothing pays for no repairs") {
  const Fared fared = Run({}, ForwardCorrection::kOn, 1);
  CHECK(fared.repair_bytes == 0);
  CHECK(fared.resent_bytes == 0);
  CHECK(fared.never == 0);
}

}  // namespace
}  // namespace onair::scenario
