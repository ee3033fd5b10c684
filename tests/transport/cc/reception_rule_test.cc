// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/reception_rule.h"

#include <catch2/catch.hpp>
#include <limits>

#include "tests/support/print_units.h"

namespace onair::cc {
namespace {

constexpr DataRate Kbps(std::int64_t rate) {
  return DataRate::KilobitsPerSec(rate);
}
constexpr Timestamp At(std::int64_t ms) {
  return Timestamp::Zero() + TimeDelta::Millis(ms);
}
constexpr TimeDelta kRtt = TimeDelta::Millis(50);

ControllerConfig Config() {
  return {.min_rate = Kbps(150), .max_rate = Kbps(4000), .start_rate = Kbps(1500)};
}

// Tells once a second.
struct Line {
  ReceptionRule rule{Config()};
  std::int64_t ms = 0;
  CongestionDecision decision = rule.OnTime(At(0));

  void Tell(int seconds, double loss, TimeDelta rtt = kRtt, std::optional<DataRate> most = {}) {
    for (int i = 0; i < seconds; ++i) {
      ms += 1000;
      decision = rule.OnReport({.at = At(ms), .loss = loss, .rtt = rtt, .most = most});
    }
  }
};

TEST_CASE("Without a word from its receiver a stream keeps its start rate and is not probed") {
  Line line;
  CHECK(line.decision.target_rate == Kbps(1500));
  CHECK_FALSE(line.decision.probe);
  CHECK(line.rule.OnTime(At(60'000)).target_rate == Kbps(1500));
  CHECK(line.decision.decide_again_at > At(0));
}

TEST_CASE("A clean line is tried 8 % a second higher, up to the most and without probes") {
  Line line;
  line.Tell(1, 0.0);
  CHECK(line.decision.target_rate == Kbps(1620));
  line.Tell(30, 0.0);
  CHECK(line.decision.target_rate == Kbps(4000));
  CHECK_FALSE(line.decision.probe);
}

TEST_CASE("Many losses take half of their share off, and few of them nothing") {
  Line line;
  line.Tell(1, 0.2);
  CHECK(line.decision.target_rate == Kbps(1350));
  CHECK(line.decision.cause == Cause::kCongestion);
  line.Tell(20, 0.05);
  CHECK(line.decision.target_rate == Kbps(1350));
  CHECK(line.decision.cause == Cause::kWirelessLoss);
  line.Tell(60, 0.5);
  CHECK(line.decision.target_rate == Kbps(150));
}

TEST_CASE("A rate is cut once a round trip, however often it is told") {
  ReceptionRule rule(Config());
  DataRate rate = Kbps(0);
  for (int ms = 0; ms < 340; ms += 20) {
    rate = rule.OnReport({.at = At(ms), .loss = 0.2, .rtt = kRtt}).target_rate;
  }
  CHECK(rate == Kbps(1350));
}

TEST_CASE("A round trip that grows by a queue takes the rate down before anything is lost") {
  Line line;
  line.Tell(3, 0.0);
  const DataRate before = line.decision.target_rate;
  line.Tell(1, 0.0, kRtt + TimeDelta::Millis(200));
  CHECK(line.decision.target_rate == before.Scaled(0.85));
  line.Tell(1, 0.0, kRtt + TimeDelta::Millis(100));
  CHECK(line.decision.target_rate > before.Scaled(0.85));
}

TEST_CASE("REMB is a bound that is followed down at once and not up, until it is silent") {
  Line line;
  line.decision = line.rule.OnReport({.at = At(100), .most = Kbps(864)});
  CHECK(line.decision.target_rate == Kbps(800));  // Without the sound.
  line.Tell(10, 0.0, kRtt, Kbps(864));
  CHECK(line.decision.target_rate == Kbps(800));
  line.Tell(1, 0.0, kRtt, Kbps(5000));
  CHECK(line.decision.target_rate == Kbps(864));
  line.Tell(3, 0.0, kRtt, Kbps(864));
  CHECK(line.decision.target_rate == Kbps(800));
  line.Tell(30, 0.0);
  CHECK(line.decision.target_rate == Kbps(4000));
}

TEST_CASE("A receiver that falls silent is sent the least") {
  Line line;
  line.Tell(5, 0.0);
  CHECK(line.rule.OnTime(At(line.ms + 14'000)).target_rate > Kbps(1500));
  CHECK(line.rule.OnTime(At(line.ms + 15'000)).target_rate == Kbps(150));
}

// What does not fit into `capacity` is lost behind a queue of 100 ms.
TEST_CASE(
    "On a line without feedback of packets the rate finds the line, follows it and recovers") {
  Line line;
  const auto run = [&line](int seconds, DataRate capacity) {
    DataRate sum = Kbps(0);
    for (int i = 0; i < seconds; ++i) {
      const DataRate sent = line.decision.target_rate + Kbps(64);
      const bool is_over = sent > capacity;
      const double loss = is_over ? 1 - capacity.kbps_f() / sent.kbps_f() : 0.0;
      line.Tell(1, loss, is_over ? kRtt + TimeDelta::Millis(100) : kRtt);
      if (i >= seconds / 2) sum = sum + std::min(line.decision.target_rate, capacity);
    }
    return sum.kbps_f() / (seconds - seconds / 2) / capacity.kbps_f();
  };
  CHECK(run(60, Kbps(2500)) > 0.85);
  CHECK(run(60, Kbps(1000)) > 0.85);
  CHECK(line.decision.target_rate < Kbps(1250));
  CHECK(run(60, Kbps(2500)) > 0.85);
  CHECK(line.decision.target_rate < Kbps(3000));
}

TEST_CASE("Nonsense in a report changes no rate beyond its bounds") {
  ReceptionRule rule(Config());
  const double bad = GENERATE(-1.0, 7.0, std::numeric_limits<double>::quiet_NaN(),
                              std::numeric_limits<double>::infinity());
  const auto decision = rule.OnReport({.at = Timestamp::PlusInfinity(),
                                       .loss = bad,
                                       .rtt = TimeDelta::PlusInfinity(),
                                       .most = DataRate::Zero()});
  CHECK(decision.target_rate >= Kbps(150));
  CHECK(decision.target_rate <= Kbps(4000));
}

}  // namespace
}  // namespace onair::cc
