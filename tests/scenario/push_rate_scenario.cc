// SPDX-License-Identifier: Apache-2.0
//
// How a push over TCP follows its line: session, RTMP, our controller and a modelled encoder on
// CUBIC and BBR, with a round trip of 50 ms. Fixed seeds: a run is the same each time.
#include <catch2/catch.hpp>

#include "core/twin/rate_limit.h"
#include "core/twin/synthetic_trace.h"
#include "core/twin/tail_drop.h"
#include "core/twin/trace_link.h"
#include "tests/scenario/tcp_push_stage.h"
#include "tests/support/print_units.h"

namespace onair::scenario {
namespace {

constexpr DataRate Kbps(std::int64_t kbps) {
  return DataRate::KilobitsPerSec(kbps);
}
constexpr TimeDelta Ms(std::int64_t ms) {
  return TimeDelta::Millis(ms);
}

// A second at `rate` waits at most.
std::unique_ptr<twin::Link> Bottleneck(twin::RateSchedule schedule, DataRate rate) {
  return std::make_unique<twin::RateLimit>(
      std::move(schedule), std::make_unique<twin::TailDrop>(TimeDelta::Seconds(1), rate));
}

// What follows a fall to half and its return, over 20 seeds.
struct StepTimes {
  Numbers below_ms;  // Asked for no more than the line takes.
  Numbers short_ms;  // The queue is below 100 ms, and stays there for half a second.
  Numbers back_ms;   // Nine tenths of what was asked for before.
  std::int64_t broken = 0;
};

constexpr double kNever = 1e6;

StepTimes HalveAndReturn(twin::TcpAlgorithm tcp, DataRate rate) {
  StepTimes times;
  for (int seed = 1; seed <= 20; ++seed) {
    // The fall meets another moment of the GOP each time.
    const Timestamp fall = Timestamp::Zero() + Ms(15'000 + seed * 97);
    const Timestamp rise = fall + Ms(10'000);
    const DataRate half = rate.Scaled(0.5);
    twin::RateSchedule schedule(rate);
    schedule.Change(fall, half).Change(rise, rate);
    TcpPushStage stage({.bottleneck = Bottleneck(schedule, rate),
                        .tcp = tcp,
                        .seed = static_cast<std::uint64_t>(seed)});
    stage.Start();
    stage.world.RunUntil(rise + Ms(5000));

    double before = 0;
    double below = kNever;
    double is_short = kNever;
    double back = kNever;
    Timestamp long_until = fall;
    for (const auto& sample : stage.samples) {
      if (sample.at < fall) {
        if (sample.at >= fall - Ms(5000)) before += sample.asked.kbps_f() / 500;
        continue;
      }
      if (sample.at >= rise) {
        const bool is_back = sample.asked.kbps_f() >= 0.9 * before;
        if (is_back) back = std::min(back, (sample.at - rise).ms_f());
        continue;
      }
      if (sample.asked <= half) below = std::min(below, (sample.at - fall).ms_f());
      if (is_short < kNever) continue;
      if (sample.backlog / half >= Ms(150)) long_until = sample.at;  // 50 ms are in flight.
      if (below < kNever && sample.at - long_until >= Ms(500)) {
        is_short = (long_until - fall).ms_f();
      }
    }
    times.below_ms.Add(below);
    times.short_ms.Add(is_short);
    times.back_ms.Add(back);
    times.broken += stage.broken();
  }
  return times;
}

TEST_CASE("After a fall to half a push asks for less in 350 ms, drains in 1 s, is back in 3 s") {
  for (const auto tcp : {twin::TcpAlgorithm::kCubic, twin::TcpAlgorithm::kBbr}) {
    for (const std::int64_t kbps : {3000}) {
      CAPTURE(tcp, kbps);
      const StepTimes times = HalveAndReturn(tcp, Kbps(kbps));
      CHECK(times.below_ms.At(0.5) <= 350);
      CHECK(times.short_ms.At(0.5) <= 1000);
      CHECK(times.back_ms.At(0.5) <= 3000);
      CHECK(times.below_ms.At(1) < 600);
      CHECK(times.broken == 0);
    }
  }
}

struct Outcome {
  double use;
  double send_p95_ms;
  double frame_p95_ms;
  std::int64_t broken;
};

Outcome PushOver(const twin::RateTrace& trace, twin::TcpAlgorithm tcp, std::string controller,
                 TcpPushStage::Setup::Facts facts = TcpPushStage::Setup::Facts::kAll) {
  constexpr TimeDelta kLength = TimeDelta::Seconds(60);
  TcpPushStage stage({.bottleneck = std::make_unique<twin::RateLimit>(
                          trace.Unroll(Timestamp::Zero(), kLength),
                          std::make_unique<twin::TailDrop>(TimeDelta::Seconds(1), Kbps(6000))),
                      .controller = std::move(controller),
                      .tcp = tcp,
                      .facts = facts});
  stage.Start();
  stage.world.RunFor(kLength);
  double most = 0;  // Bytes of media that could have gone.
  for (const DataRate rate : twin::CapacityOf(trace, Ms(100))) {
    most += std::min(rate.kbps_f(), 8064.0) * 1e3 / 8 * 0.1;
  }
  return {static_cast<double>(stage.delivered_bytes()) / most, stage.send_delays_ms.At(0.95),
          stage.frame_delays_ms.At(0.95), stage.broken()};
}

TEST_CASE("On networks like cells, trains and public Wi-Fi a push uses most and waits little") {
  Numbers use;
  for (const auto tcp : {twin::TcpAlgorithm::kCubic, twin::TcpAlgorithm::kBbr}) {
    for (const auto& config : {twin::SyntheticConfig::Lte(), twin::SyntheticConfig::WiFi(),
                               twin::SyntheticConfig::Rail()}) {
      for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        CAPTURE(tcp, seed, config.median);
        const auto trace = twin::MakeSyntheticTrace(config, TimeDelta::Seconds(60), Rng(seed));
        const Outcome ours = PushOver(trace, tcp, "onair");
        CHECK(ours.send_p95_ms <= 300);
        CHECK(ours.frame_p95_ms <= 500);
        CHECK(ours.broken == 0);
        use.Add(ours.use);
      }
    }
  }
  double sum = 0;
  for (const double share : use.values) sum += share;
  CHECK(sum / static_cast<double>(use.values.size()) >= 0.75);
}

TEST_CASE("On a cell's network ours uses more and waits less than what it is raced against") {
  const auto trace =
      twin::MakeSyntheticTrace(twin::SyntheticConfig::Lte(), TimeDelta::Seconds(60), Rng(1));
  const Outcome ours = PushOver(trace, twin::TcpAlgorithm::kCubic, "onair");
  for (const char* name : {"obs", "rootencoder", "streampack"}) {
    CAPTURE(name);
    const Outcome theirs = PushOver(trace, twin::TcpAlgorithm::kCubic, name);
    CHECK(ours.frame_p95_ms < theirs.frame_p95_ms / 2);
    CHECK(ours.use > theirs.use - 0.05);
  }
}

TEST_CASE("Where a system tells nothing but the unsent bytes a push still bounds its delay") {
  const auto trace =
      twin::MakeSyntheticTrace(twin::SyntheticConfig::Lte(), TimeDelta::Seconds(60), Rng(2));
  const Outcome ours =
      PushOver(trace, twin::TcpAlgorithm::kCubic, "onair", TcpPushStage::Setup::Facts::kUnsent);
  CHECK(ours.use >= 0.6);
  CHECK(ours.send_p95_ms <= 500);
  CHECK(ours.broken == 0);
}

TEST_CASE("A line below the lowest rate is told as poor, and as good when it is better") {
  twin::RateSchedule schedule(Kbps(3000));
  schedule.Change(Timestamp::Zero() + Ms(10'000), Kbps(110));
  schedule.Change(Timestamp::Zero() + Ms(30'000), Kbps(3000));
  TcpPushStage stage({.bottleneck = Bottleneck(schedule, Kbps(3000))});
  stage.Start();
  stage.world.RunFor(TimeDelta::Seconds(45));
  REQUIRE(stage.quality.size() == 2);
  CHECK(stage.quality[0].second.quality == NetworkQuality::kPoor);
  CHECK(stage.quality[0].first >= Timestamp::Zero() + Ms(12'000));
  CHECK(stage.quality[0].first <= Timestamp::Zero() + Ms(15'000));
  CHECK(stage.quality[1].second.quality == NetworkQuality::kGood);
  CHECK(stage.quality[1].first <= Timestamp::Zero() + Ms(36'000));
  CHECK(stage.broken() == 0);
}

}  // namespace
}  // namespace onair::scenario
