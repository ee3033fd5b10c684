// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/obs_rule.h"

#include "tests/transport/cc/words.h"

namespace onair::cc {
namespace {

// A line of `kbps` on which one frame is written every 100 ms, beside a queue as told.
struct Line {
  ObsRule rule;
  std::int64_t ms = 0;
  DataSize written = DataSize::Zero();

  CongestionDecision Report(std::int64_t span_ms, std::int64_t frames) {
    return rule.OnReport(TcpReport{.at = At(ms),
                                   .written = written,
                                   .queue_span = TimeDelta::Millis(span_ms),
                                   .queue_frames = frames});
  }
  CongestionDecision Run(std::int64_t kbps, std::int64_t for_ms, std::int64_t span_ms,
                         std::int64_t frames) {
    auto decision = Report(span_ms, frames);
    for (std::int64_t end = ms + for_ms; ms < end;) {
      ms += 100;
      written += Carried(kbps, 100);
      decision = Report(span_ms, frames);
    }
    return decision;
  }
};

constexpr ControllerConfig kLikeObs = Limits(Kbps(50), Kbps(4000), Kbps(4000));

}  // namespace

TEST_CASE("OBS throughput needs a second and lets the oldest packet go after two") {
  ObsThroughput throughput;
  const DataSize packet = DataSize::Bytes(25'000);  // 2 Mbit/s at one each 100 ms.

  for (int i = 0; i < 10; ++i) throughput.Add(packet, At(i * 100), At(i * 100 + 99));
  CHECK_FALSE(throughput.VideoKbps(Kbps(0)));  // 999 ms.
  throughput.Add(packet, At(1000), At(1100));
  CHECK(throughput.VideoKbps(Kbps(0)) == 2000);  // 11 packets, 1.1 s.
  CHECK(throughput.VideoKbps(Kbps(160)) == 1840);
  CHECK(throughput.VideoKbps(Kbps(1990)) == 50);  // The rule's floor.
  for (int i = 11; i < 20; ++i) throughput.Add(packet, At(i * 100), At(i * 100 + 100));
  CHECK(throughput.VideoKbps(Kbps(0)) == 1900);  // 20 packets in 2 s, the first one gone.
}

TEST_CASE("OBS throughput that carried less than a kilobit is none") {
  ObsThroughput throughput;

  throughput.Add(DataSize::Bytes(100), At(0), At(1500));

  CHECK_FALSE(throughput.VideoKbps(Kbps(0)));
}

TEST_CASE("OBS throughput keeps what it counts when packets are more than its places") {
  ObsThroughput throughput;

  for (int i = 0; i < 1500; ++i) throughput.Add(DataSize::Bytes(100), At(i), At(i + 1));

  CHECK(throughput.VideoKbps(Kbps(0)) == 800);  // 150 kB in 1.5 s.
}

TEST_CASE("OBS throughput with more packets than places never tells more than was written") {
  ObsThroughput throughput;

  for (int i = 0; i < 6000; ++i) {
    throughput.Add(DataSize::Bytes(100), At(i), At(i + 1));  // 800 kbit/s.
    const auto kbps = throughput.VideoKbps(Kbps(0));
    if (i < 999) continue;
    REQUIRE(kbps);
    CHECK(*kbps <= 800);
    CHECK(*kbps >= 400);  // A place that took a second's packets leaves with all of them.
  }
}

TEST_CASE("OBS rule goes down to what the socket took, rounded down to 100 kbit/s") {
  Line line{ObsRule(kLikeObs)};

  const auto before = line.Run(1990, 1400, 190, 20);  // Just short of the trigger.
  CHECK(before.target_rate == Kbps(4000));
  const auto after = line.Report(200, 20);

  CHECK(after.target_rate == Kbps(1900));
  CHECK(after.cause == Cause::kCongestion);
  CHECK(after.decide_again_at == At(line.ms + 4000));
}

TEST_CASE("OBS rule takes the sound off what the socket took") {
  Line line{ObsRule(Limits(Kbps(50), Kbps(4000), Kbps(4000), Kbps(160)))};

  CHECK(line.Run(2000, 1400, 0, 1).target_rate == Kbps(4000));
  // 1.4 s of packets behind one that began with the report before them.
  CHECK(line.Report(200, 5).target_rate == Kbps(1800));
}

TEST_CASE("OBS rule needs five frames, a span of 200 ms and a second of packets") {
  struct Row {
    std::int64_t run_ms, span_ms, frames, kbps;
  };
  const Row rows[] = {
      {1400, 200, 4, 4000}, {1400, 199, 50, 4000}, {900, 200, 5, 4000}, {1400, 200, 5, 1500}};

  for (const Row& row : rows) {
    Line line{ObsRule(kLikeObs)};
    (void)line.Run(1500, row.run_ms, 0, 1);
    CHECK(line.Report(row.span_ms, row.frames).target_rate == Kbps(row.kbps));
  }
}

TEST_CASE("OBS rule does not go down when the socket took more than the target") {
  Line line{ObsRule(kLikeObs)};

  const auto decision = line.Run(5000, 3000, 500, 30);

  CHECK(decision.target_rate == Kbps(4000));
  CHECK(decision.cause == Cause::kCongestion);
}

TEST_CASE("OBS rule climbs back by a tenth of the maximum every four seconds and stops there") {
  Line line{ObsRule(kLikeObs)};
  (void)line.Run(3300, 1400, 0, 1);
  REQUIRE(line.Report(300, 9).target_rate == Kbps(3300));

  CHECK(line.Run(3300, 3900, 0, 0).target_rate == Kbps(3300));
  CHECK(line.Run(3300, 100, 0, 0).target_rate == Kbps(3700));
  CHECK(line.Run(3300, 3900, 0, 0).target_rate == Kbps(3700));
  const auto top = line.Run(3300, 100, 0, 0);
  CHECK(top.target_rate == Kbps(4000));
  CHECK(top.decide_again_at == At(line.ms + 1000));
  CHECK(line.Run(3300, 20'000, 0, 0).target_rate == Kbps(4000));
}

TEST_CASE("OBS rule takes a raise back when media wait and no lower estimate is at hand") {
  Line line{ObsRule(kLikeObs)};
  (void)line.Run(2000, 1400, 0, 1);
  REQUIRE(line.Report(300, 9).target_rate == Kbps(2000));
  line.ms += 4000;
  REQUIRE(line.Report(0, 0).target_rate == Kbps(2400));

  const auto back = line.Report(250, 9);

  CHECK(back.target_rate == Kbps(2000));
  CHECK(line.Report(250, 9).target_rate == Kbps(2000));  // Nothing before that is remembered.
}

TEST_CASE("OBS rule measures a new second before it goes further down") {
  Line line{ObsRule(kLikeObs)};
  (void)line.Run(2000, 1400, 0, 1);
  REQUIRE(line.Report(300, 9).target_rate == Kbps(2000));

  CHECK(line.Run(500, 900, 300, 9).target_rate == Kbps(2000));
  CHECK(line.Run(500, 100, 300, 9).target_rate == Kbps(500));
}

TEST_CASE("OBS rule forgets the rate before a raise once it went down by an estimate") {
  Line line{ObsRule(kLikeObs)};
  (void)line.Run(2000, 1400, 0, 1);
  REQUIRE(line.Report(300, 9).target_rate == Kbps(2000));
  REQUIRE(line.Run(1500, 4000, 0, 9).target_rate == Kbps(2400));
  REQUIRE(line.Report(300, 9).target_rate == Kbps(1400));

  CHECK(line.Report(300, 9).target_rate == Kbps(1400));
}

TEST_CASE("OBS rule that starts below its maximum climbs as after a fall") {
  Line line{ObsRule(Limits(Kbps(50), Kbps(1000), Kbps(4000)))};

  const auto first = line.Report(0, 0);
  CHECK(first.target_rate == Kbps(1000));
  CHECK(first.decide_again_at == At(4000));
  CHECK(line.Run(1000, 4000, 0, 0).target_rate == Kbps(1400));
}

TEST_CASE("OBS rule keeps to the lower limit") {
  Line line{ObsRule(Limits(Kbps(600), Kbps(4000), Kbps(4000)))};
  (void)line.Run(70, 1400, 0, 1);

  CHECK(line.Report(900, 30).target_rate == Kbps(600));
}

TEST_CASE("OBS rule is not moved by feedback of datagrams") {
  ObsRule rule(Limits(Kbps(50), Kbps(1000), Kbps(4000)));
  (void)rule.OnReport(TcpReport{.at = At(0)});

  const auto decision = rule.OnReport(FeedbackReport{.at = At(9000), .packets = {}});

  CHECK(decision.target_rate == Kbps(1000));
  CHECK(decision.decide_again_at == At(10'000));
}

}  // namespace onair::cc
