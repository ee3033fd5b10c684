// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/scream_rule.h"

#include "tests/transport/cc/datagram_line.h"

namespace onair::cc {
namespace {

constexpr ControllerConfig kConfig = Limits(Kbps(150), Kbps(300), Kbps(8000));

}  // namespace

TEST_CASE("The rule scream finds a line's capacity in two seconds and keeps its queue short") {
  ScreamRule rule(kConfig);
  DatagramLine line(rule);
  line.capacity = Kbps(4000);
  line.Run(2000);
  CHECK(line.kbps() > 3400);
  line.Run(8000);
  line.TakeLongestQueue();
  line.TakeMeanKbps();
  line.Run(20'000);
  CHECK(line.TakeMeanKbps() > 3800);
  CHECK(line.TakeLongestQueue() < TimeDelta::Millis(60));
  CHECK(line.lost() == 0);
}

TEST_CASE("The rule scream is under a halved line within a second and refills it in four") {
  ScreamRule rule(kConfig);
  DatagramLine line(rule);
  line.capacity = Kbps(4000);
  line.Run(20'000);
  line.TakeLongestQueue();
  line.capacity = Kbps(2000);
  line.Run(1000);
  CHECK(line.kbps() < 2000);
  line.Run(1000);
  CHECK(line.TakeLongestQueue() < TimeDelta::Millis(220));
  line.Run(10'000);
  line.capacity = Kbps(4000);
  line.Run(4000);
  CHECK(line.kbps() > 3500);
}

TEST_CASE("The rule scream limits what is under way, more than a picture's bytes") {
  ScreamRule rule(kConfig);
  DatagramLine line(rule);
  line.Run(10'000);
  REQUIRE(line.decision().congestion_window);
  CHECK(*line.decision().congestion_window > Carried(2000, 50));
  CHECK(*line.decision().congestion_window < Carried(2000, 600));
  REQUIRE(line.decision().pacing_rate);
  CHECK(line.decision().pacing_rate->kbps_f() == Approx(1.5 * line.kbps()));
}

TEST_CASE("The rule scream gives way to random losses, as its text says") {
  ScreamRule rule(kConfig);
  DatagramLine line(rule);
  line.capacity = Kbps(4000);
  line.loss = 0.05;
  line.Run(20'000);
  line.TakeMeanKbps();
  line.Run(20'000);
  CHECK(line.TakeMeanKbps() < 1200);
}

TEST_CASE("The rule scream skips pictures while those before wait in our own queue") {
  ScreamRule rule(kConfig);
  FeedbackReport report{.at = At(0), .packets = {}};
  report.queue_span = TimeDelta::Millis(150);
  CHECK(rule.OnReport(report).intake == Intake::kOpen);
  report.queue_span = TimeDelta::Millis(250);
  CHECK(rule.OnReport(report).intake == Intake::kPaused);
}

TEST_CASE("The rule scream sends less when nothing is told") {
  ScreamRule rule(kConfig);
  DatagramLine line(rule);
  line.Run(15'000);
  line.is_mute = true;
  line.Run(5000);
  CHECK(line.kbps() < 400);
}

}  // namespace onair::cc
