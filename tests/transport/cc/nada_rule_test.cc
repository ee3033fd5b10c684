// SPDX-License-Identifier: Apache-2.0
#include "transport/cc/nada_rule.h"

#include "tests/transport/cc/datagram_line.h"

namespace onair::cc {
namespace {

constexpr ControllerConfig kConfig = Limits(Kbps(150), Kbps(300), Kbps(8000));

}  // namespace

TEST_CASE("The rule nada ramps up in some seconds and settles with a short queue") {
  NadaRule rule(kConfig);
  DatagramLine line(rule);
  line.capacity = Kbps(4000);
  line.Run(6000);
  CHECK(line.kbps() > 3600);
  line.Run(4000);
  line.TakeLongestQueue();
  line.TakeMeanKbps();
  line.Run(20'000);
  CHECK(line.TakeMeanKbps() == Approx(3980).margin(100));
  CHECK(line.TakeLongestQueue() < TimeDelta::Millis(60));
  CHECK(line.lost() == 0);
}

TEST_CASE("The rule nada leaves a queue that overflowed, and does not fill it again") {
  NadaRule rule(kConfig);
  DatagramLine line(rule);
  line.capacity = Kbps(4000);
  line.Run(15'000);
  line.capacity = Kbps(2000);
  line.Run(1000);
  const std::int64_t lost = line.lost();
  CHECK(lost > 0);
  line.Run(9000);
  line.TakeLongestQueue();
  line.TakeMeanKbps();
  line.Run(60'000);
  CHECK(line.lost() == lost);
  CHECK(line.TakeLongestQueue() < TimeDelta::Millis(90));
  CHECK(line.TakeMeanKbps() == Approx(1990).margin(60));
}

TEST_CASE("The rule nada refills a doubled line within 3 s") {
  NadaRule rule(kConfig);
  DatagramLine line(rule);
  line.Run(15'000);
  line.capacity = Kbps(4000);
  line.Run(3000);
  CHECK(line.kbps() > 3600);
}

TEST_CASE("The rule nada gives way to random losses, as its text says") {
  NadaRule rule(kConfig);
  DatagramLine line(rule);
  line.capacity = Kbps(4000);
  line.loss = 0.05;
  line.Run(20'000);
  CHECK(line.kbps() < 1500);
  line.loss = 0;
  line.Run(10'000);
  CHECK(line.kbps() > 3600);
}

TEST_CASE("The rule nada asks for less and sends more while our own queue is long") {
  NadaRule rule(kConfig);
  const auto empty = rule.OnReport(FeedbackReport{.at = At(0), .packets = {}});
  const auto full = rule.OnReport(
      FeedbackReport{.at = At(50), .packets = {}, .queue_size = DataSize::Bytes(50'000)});
  CHECK(empty.target_rate == Kbps(300));
  CHECK(empty.pacing_rate == Kbps(300));
  CHECK(full.target_rate == Kbps(285));
  CHECK(full.pacing_rate == Kbps(315));
}

TEST_CASE("The rule nada sends less when nothing is told") {
  NadaRule rule(kConfig);
  DatagramLine line(rule);
  line.Run(15'000);
  line.is_mute = true;
  line.Run(4000);
  CHECK(line.kbps() < 400);
}

}  // namespace onair::cc
